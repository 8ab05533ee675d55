-- A long backlog is not counted to its end: this runs often.
SELECT count(*), min(created_at)
FROM (SELECT created_at FROM outbox WHERE published_at IS NULL ORDER BY position, id LIMIT 10001) AS waiting
