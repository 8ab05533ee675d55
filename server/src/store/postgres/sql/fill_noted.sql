-- What was cancelled before anybody looked is known to its operator.
INSERT INTO cancellations_noted (order_id, at)
SELECT id, status_since
FROM jsonb_to_recordset($1::jsonb) AS planned (id uuid, status text, status_since timestamptz, operator_id uuid)
WHERE status = 'CANCELLED' AND operator_id IS NOT NULL
ON CONFLICT (order_id) DO NOTHING
