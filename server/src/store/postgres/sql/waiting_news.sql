SELECT id, message_id, order_id, routing_key, payload::text, payload->>'traceparent'
FROM outbox
WHERE published_at IS NULL
ORDER BY position, id
LIMIT $1
