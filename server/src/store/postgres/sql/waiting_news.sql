-- Locked, so that a database that cannot note what was told (a standby, a read-only one) says so before it is told.
SELECT id, message_id, order_id, routing_key, payload::text, payload->>'traceparent'
FROM outbox
WHERE published_at IS NULL
ORDER BY position, id
LIMIT $1
FOR UPDATE
