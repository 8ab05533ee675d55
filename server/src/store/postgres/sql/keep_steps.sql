-- The shop repeats an order's past in every message; each step is kept once.
INSERT INTO order_history (order_id, status, at, source, message_id)
SELECT $1, step.status, step.at, 'shop', $4
FROM unnest($2::text[], $3::timestamptz[]) AS step(status, at)
ON CONFLICT (order_id, status, at) WHERE source = 'shop' DO NOTHING
