-- What a supervisor adds to the pay of an order that nobody takes. It stays with the order; whoever takes it earns it.
ALTER TABLE orders
    ADD COLUMN bonus numeric(12, 2) CONSTRAINT orders_bonus_range CHECK (bonus > 0),
    ADD COLUMN bonus_currency text CONSTRAINT orders_bonus_currency_form CHECK (bonus_currency ~ '^[A-Z]{3}$'),
    ADD CONSTRAINT orders_bonus_whole CHECK ((bonus IS NULL) = (bonus_currency IS NULL)),
    ADD CONSTRAINT orders_bonus_currency_is_pay_s CHECK (bonus IS NULL OR pay_currency IS NULL OR bonus_currency = pay_currency);

-- Every word about a bonus, so that its effect can be measured. An amount of 0 takes it back.
CREATE TABLE order_bonuses (
    id         bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT order_bonuses_pkey PRIMARY KEY,
    order_id   uuid NOT NULL,
    at         timestamptz NOT NULL,
    user_id    uuid NOT NULL CONSTRAINT order_bonuses_user_fkey REFERENCES users,
    amount     numeric(12, 2) NOT NULL CONSTRAINT order_bonuses_amount_range CHECK (amount >= 0),
    currency   text NOT NULL CONSTRAINT order_bonuses_currency_form CHECK (currency ~ '^[A-Z]{3}$'),
    -- Since when the order was free then.
    free_since timestamptz NOT NULL
);
CREATE INDEX order_bonuses_order ON order_bonuses (order_id, at);
CREATE INDEX order_bonuses_at ON order_bonuses (at);

-- What bonuses do, measured with the periods: passed-over orders with a bonus (side 0) and without (side 1), how many of
-- them were taken, and after how many seconds half of these.
CREATE TABLE flow_bonuses (
    side   smallint CONSTRAINT flow_bonuses_pkey PRIMARY KEY CONSTRAINT flow_bonuses_side_known CHECK (side IN (0, 1)),
    orders integer NOT NULL,
    taken  integer NOT NULL,
    p50    double precision
);

-- `pay` is what the operator earns, so a bonus is in it. A card with one says so in a field of its own; every other card
-- keeps its bytes.
CREATE OR REPLACE VIEW board_entries AS
SELECT o.id,
       o.status,
       o.version,
       jsonb_build_object(
           'card', jsonb_build_object(
               'id', o.id, 'number', o.number, 'title', o.title, 'status', o.status, 'version', o.version,
               'operator', CASE WHEN u.id IS NOT NULL THEN jsonb_build_object('login', u.login, 'name', u.name) END,
               'approved_at', wire_time(o.approved_at), 'status_since', wire_time(o.status_since),
               'due_at', wire_time(o.due_at), 'priority', o.priority, 'material', o.material, 'size', o.size,
               'quantity', o.quantity,
               'price', jsonb_build_object('amount', o.price::text, 'currency', o.price_currency),
               'pay', CASE WHEN o.pay IS NOT NULL OR o.bonus IS NOT NULL
                           -- Never more than an amount can say.
                           THEN jsonb_build_object('amount',
                                                   least(coalesce(o.pay, 0) + coalesce(o.bonus, 0), 9999999999.99)::text,
                                                   'currency', coalesce(o.pay_currency, o.bonus_currency)) END,
               'comment', o.comment,
               'model', CASE WHEN o.model_state = 'ready'
                             THEN jsonb_build_object('sha256', o.model_sha256, 'size', o.model_bytes) END,
               'model_state', o.model_state)
               || CASE WHEN o.bonus IS NOT NULL
                       THEN jsonb_build_object('bonus', jsonb_build_object('amount', o.bonus::text, 'currency', o.bonus_currency))
                       ELSE '{}'::jsonb END,
           'channel', o.channel,
           'history', coalesce(h.steps, '[]'::jsonb),
           'model_facts', o.model_facts,
           'model_problem', o.model_problem)
       || CASE WHEN h.received_at IS NOT NULL
               THEN jsonb_build_object('received_at', wire_time(h.received_at)) ELSE '{}'::jsonb END AS payload
FROM orders o
LEFT JOIN users u ON u.id = o.operator_id
LEFT JOIN LATERAL (
    SELECT jsonb_agg(
               jsonb_build_object(
                   'status', s.status, 'at', wire_time(least(s.at, s.noted_at)), 'reason', s.reason,
                   'by', CASE WHEN a.id IS NOT NULL THEN jsonb_build_object('login', a.login, 'name', a.name) END)
               ORDER BY least(s.at, s.noted_at), s.id) AS steps,
           (array_agg(CASE WHEN s.noted_at >= s.at + interval '1 second' THEN s.noted_at END
                      ORDER BY least(s.at, s.noted_at), s.id)
               FILTER (WHERE s.status = 'MANUFACTURING_APPROVED' AND s.operator_id IS NULL))[1] AS received_at
    FROM order_history s LEFT JOIN users a ON a.id = s.operator_id
    WHERE s.order_id = o.id) h ON true;
