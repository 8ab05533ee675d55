-- Locks the source's row of this order (two servers with messages of one order go one after the other) and tells
-- what is known. The two look-ups see the moment before the lock: what they say is checked again by what follows.
INSERT INTO source_orders AS s (order_id, number, status, source_version, seen_at) VALUES ($1, $2, $3, $4, $6)
ON CONFLICT (order_id) DO UPDATE SET seen_at = s.seen_at
RETURNING CASE WHEN s.xmax <> 0 THEN s.source_version END AS known_version,
          EXISTS (SELECT FROM inbox i WHERE i.message_id = $5) AS duplicate,
          EXISTS (SELECT FROM orders o WHERE o.number = $2 AND o.id <> $1) AS number_taken,
          (SELECT o.status FROM orders o WHERE o.id = $1) AS status
