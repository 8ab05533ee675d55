-- An operator's word that they have seen the other model of their order and work to it, decided by the database like any
-- command: no row, and something stood in the way (find_obstacle.sql says what). It counts for the file that was looked
-- at, and for no other.
WITH waiting AS (
    SELECT id, model_before FROM orders WHERE id = $1 FOR UPDATE
), changed AS (
    UPDATE orders o
    SET model_before = NULL, model_before_bytes = NULL, model_before_facts = NULL,
        version = o.version + 1,
        traceparent = goes_on(o.traceparent, $7)
    FROM waiting w
    WHERE o.id = w.id AND o.version = $2 AND o.operator_id = $3
      AND o.status NOT IN ('MANUFACTURING_APPROVED', 'SHIPPED', 'CANCELLED')
      AND o.model_before IS NOT NULL AND o.model_state = 'ready' AND o.model_sha256 = $4
      AND NOT EXISTS (SELECT FROM command_receipts r
                      WHERE r.user_id = $3 AND r.command = 'confirm' AND r.order_id = $1 AND r.request_id = $6)
    RETURNING o.id, o.version, o.status_since, o.traceparent, w.model_before AS before, o.model_sha256 AS after
), noted AS (
    INSERT INTO order_history (order_id, status, at, source, command, operator_id, trace_id)
    SELECT id, 'MODEL_CONFIRMED', greatest(status_since, $5), 'mes', 'confirm', $3,
           substring(traceparent FROM 4 FOR 32)
    FROM changed
), kept AS (
    INSERT INTO model_confirmations (order_id, at, user_id, before, after)
    SELECT id, greatest(status_since, $5), $3, before, after FROM changed
)
SELECT version FROM changed
