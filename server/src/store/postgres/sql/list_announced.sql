-- Orders that the source has priced or gone on with, and that were never approved here. First those that it went on
-- with: their approval was lost for certain; the others may just not be paid yet.
WITH found AS (
    SELECT s.number, s.status, s.seen_at
    FROM source_orders s
    WHERE s.status IN ('PRICE_CALCULATED', 'MANUFACTURING_APPROVED', 'MANUFACTURING_STARTED',
                       'MANUFACTURING_COMPLETED', 'PACKAGING', 'SHIPPED', 'CLOSED')
      AND s.seen_at > $1
      AND NOT EXISTS (SELECT FROM orders o WHERE o.id = s.order_id)
    LIMIT $2)
SELECT number, status, seen_at, (SELECT count(*) FROM found) AS total
FROM found
ORDER BY status = 'PRICE_CALCULATED', seen_at, number
LIMIT $3
