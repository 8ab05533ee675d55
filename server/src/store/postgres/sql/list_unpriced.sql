-- Orders that were submitted and of which nothing was heard since.
WITH found AS (
    SELECT s.number, s.status, s.seen_at
    FROM source_orders s
    WHERE s.status = 'SUBMITTED' AND s.seen_at > $1 AND s.seen_at <= $4
    LIMIT $2)
SELECT number, status, seen_at, (SELECT count(*) FROM found) AS total
FROM found
ORDER BY seen_at, number
LIMIT $3
