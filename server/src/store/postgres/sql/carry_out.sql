-- One press of a button, decided by the database: the change, its place in the order's history and the news of it.
-- No row: something stood in the way (find_obstacle.sql says what).
WITH changed AS (
    UPDATE orders o
    SET status = $4,
        version = o.version + 1,
        status_since = greatest(o.status_since, $8),
        traceparent = goes_on(o.traceparent, $13),
        operator_id = CASE $6 WHEN 'take' THEN $5 WHEN 'release' THEN NULL ELSE o.operator_id END,
        -- Whoever takes it never saw the model that another one worked to.
        model_before = CASE WHEN $6 NOT IN ('take', 'release') THEN o.model_before END,
        model_before_bytes = CASE WHEN $6 NOT IN ('take', 'release') THEN o.model_before_bytes END,
        model_before_facts = CASE WHEN $6 NOT IN ('take', 'release') THEN o.model_before_facts END
    WHERE o.id = $1
      AND o.version = $2
      AND o.status = $3
      AND ($6 = 'take' OR o.operator_id = $5 OR $10)
      AND NOT EXISTS (SELECT FROM command_receipts r
                      WHERE r.user_id = $5 AND r.command = $6 AND r.order_id = $1 AND r.request_id = $9)
    RETURNING o.id, o.number, o.status, o.version, o.status_since, o.operator_id, o.traceparent
), noted AS (
    INSERT INTO order_history (order_id, status, at, source, command, operator_id, reason, message_id, trace_id)
    SELECT id, status, status_since, 'mes', $6, $5, $7, $11, substring(traceparent FROM 4 FOR 32) FROM changed
), told AS (
    INSERT INTO outbox (message_id, order_id, routing_key, payload)
    SELECT $11, c.id, $12,
           jsonb_build_object(
               'message_id', $11::uuid, 'type', $12::text, 'occurred_at', wire_time(c.status_since), 'traceparent', c.traceparent,
               'order', jsonb_build_object(
                   'id', c.id, 'number', c.number, 'status', c.status, 'version', c.version,
                   'operator', CASE WHEN u.id IS NOT NULL
                                    THEN jsonb_build_object('login', u.login, 'name', u.name) END))
    FROM changed c LEFT JOIN users u ON u.id = c.operator_id
)
SELECT version FROM changed
