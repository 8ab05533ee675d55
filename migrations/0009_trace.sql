-- The trace that an order's last change belongs to (W3C Trace Context), so that one trace tells an order's way: from the
-- message through the log to every board, and out again in the news of what was done with it.
ALTER TABLE orders ADD COLUMN traceparent text
    CONSTRAINT orders_traceparent_form CHECK (traceparent ~ '^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$');

-- Beside the payload, not in it: the entry of an order says the same whoever traces it.
ALTER TABLE order_events ADD COLUMN traceparent text;

CREATE FUNCTION event_traced() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.traceparent := (SELECT o.traceparent FROM orders o WHERE o.id = NEW.order_id);
    RETURN NEW;
END $$;
CREATE TRIGGER event_traced BEFORE INSERT ON order_events FOR EACH ROW EXECUTE FUNCTION event_traced();

-- The trace of a step in the workshop: the caller's own, if it goes on with the order's, otherwise the order's; the
-- caller's alone where the order has none.
CREATE FUNCTION goes_on(known text, told text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN known IS NULL OR substr(known, 4, 32) = substr(told, 4, 32) THEN coalesce(told, known) ELSE known END
$$;
