-- What an order's passport needs of every step besides: when it was noted here, and the trace in which that happened.
-- Null for steps that were noted before, and by servers of the release before.
ALTER TABLE order_history
    ADD COLUMN noted_at timestamptz,
    ADD COLUMN trace_id text CONSTRAINT order_history_trace_form CHECK (trace_id ~ '^[0-9a-f]{32}$');

-- The same view, but for the history's steps: nothing happened later than this system heard of it, and an approval says
-- how long it was on its way (rules 2 and 4 in app/src/domain/passport). The entry of an order whose steps have no
-- `noted_at` keeps its bytes: the log and the full refresh go on agreeing about what was logged before.
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
               'pay', CASE WHEN o.pay IS NOT NULL
                           THEN jsonb_build_object('amount', o.pay::text, 'currency', o.pay_currency) END,
               'comment', o.comment,
               'model', CASE WHEN o.model_state = 'ready'
                             THEN jsonb_build_object('sha256', o.model_sha256, 'size', o.model_bytes) END,
               'model_state', o.model_state),
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
