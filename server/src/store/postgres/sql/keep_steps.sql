-- The shop repeats an order's past in every message; each step is kept once.
INSERT INTO order_history (order_id, status, at, reason, source, message_id, noted_at, trace_id)
SELECT s.order_id, s.status, s.at, s.reason, 'shop', s.message_id, $7, substring(s.traceparent FROM 4 FOR 32)
FROM unnest($1::uuid[], $2::text[], $3::timestamptz[], $4::text[], $5::uuid[], $6::text[])
     AS s (order_id, status, at, reason, message_id, traceparent)
ON CONFLICT (order_id, status, at) WHERE source = 'shop' DO NOTHING
