DELETE FROM outbox WHERE id IN (SELECT id FROM outbox WHERE published_at <= $1 LIMIT $2)
