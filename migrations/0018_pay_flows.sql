-- What an order pays is part of the figures of the days on which it was taken (flow_day_people), and no step of its history
-- tells when the shop changes it: so a change of pay is due like a grown history. It only appends, too. The marked days are
-- those of the order's takes, and the one who works the figures out finds them: a command would wait for him otherwise.
ALTER TABLE flow_due ADD COLUMN paid boolean NOT NULL DEFAULT false;

CREATE FUNCTION pay_flows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO flow_due (order_id, paid) VALUES (NEW.id, true);
    RETURN NULL;
END $$;
CREATE TRIGGER pay_flows_on AFTER UPDATE OF pay, pay_currency, bonus, bonus_currency ON orders FOR EACH ROW
    WHEN ((OLD.pay, OLD.pay_currency, OLD.bonus, OLD.bonus_currency)
          IS DISTINCT FROM (NEW.pay, NEW.pay_currency, NEW.bonus, NEW.bonus_currency))
    EXECUTE FUNCTION pay_flows();

-- Counted by other rules so far: orders that were given back after a rework, and pay that was changed after the take.
INSERT INTO flow_due (order_id, paid) SELECT order_id, true FROM flow_orders;
