-- The file that the operator of an order worked to when the shop named another one: until they confirm the new one, or
-- give the order back. Its facts stay with it, so that the two can be compared.
ALTER TABLE orders
    ADD COLUMN model_before text CONSTRAINT orders_model_before_form CHECK (model_before ~ '^[0-9a-f]{64}$'),
    ADD COLUMN model_before_bytes bigint,
    ADD COLUMN model_before_facts jsonb,
    ADD CONSTRAINT orders_model_before_whole CHECK ((model_before IS NULL) = (model_before_bytes IS NULL)),
    ADD CONSTRAINT orders_model_before_facts_of_one CHECK (model_before_facts IS NULL OR model_before IS NOT NULL);
CREATE INDEX orders_model_before ON orders (model_before) WHERE model_before IS NOT NULL;

-- Who saw which file in place of which, and when.
CREATE TABLE model_confirmations (
    id       bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT model_confirmations_pkey PRIMARY KEY,
    order_id uuid NOT NULL,
    at       timestamptz NOT NULL,
    user_id  uuid NOT NULL CONSTRAINT model_confirmations_user_fkey REFERENCES users,
    before   text NOT NULL CONSTRAINT model_confirmations_before_form CHECK (before ~ '^[0-9a-f]{64}$'),
    after    text NOT NULL CONSTRAINT model_confirmations_after_form CHECK (after ~ '^[0-9a-f]{64}$'),
    CONSTRAINT model_confirmations_of_a_change CHECK (before <> after)
);
CREATE INDEX model_confirmations_order ON model_confirmations (order_id, at);

-- A card whose model was changed under its operator's hands says so in a field of its own; every other card keeps its
-- bytes. An order that nobody has, or that is over, has no such model, whatever its row remembers.
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
                       ELSE '{}'::jsonb END
               || CASE WHEN b.changed
                       THEN jsonb_build_object('model_before',
                                               jsonb_build_object('sha256', o.model_before, 'size', o.model_before_bytes))
                       ELSE '{}'::jsonb END,
           'channel', o.channel,
           'history', coalesce(h.steps, '[]'::jsonb),
           'model_facts', o.model_facts,
           'model_problem', o.model_problem)
       || CASE WHEN b.changed AND o.model_before_facts IS NOT NULL
               THEN jsonb_build_object('model_before_facts', o.model_before_facts) ELSE '{}'::jsonb END
       || CASE WHEN h.received_at IS NOT NULL
               THEN jsonb_build_object('received_at', wire_time(h.received_at)) ELSE '{}'::jsonb END AS payload
FROM orders o
LEFT JOIN users u ON u.id = o.operator_id
CROSS JOIN LATERAL (
    SELECT o.model_before IS NOT NULL
           AND o.status NOT IN ('MANUFACTURING_APPROVED', 'SHIPPED', 'CANCELLED') AS changed) b
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
