INSERT INTO order_history (order_id, status, at, source, command, operator_id, reason)
SELECT order_id, status, at, source, command, operator_id, reason
FROM jsonb_to_recordset($1::jsonb) AS planned (
    order_id uuid, status text, at timestamptz, source text, command text, operator_id uuid, reason text)
