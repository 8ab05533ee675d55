-- Orders that were approved since $1, go on, and have been promised nothing.
SELECT f.order_id, f.approved_at FROM flow_orders f
WHERE f.approved_at >= $1 AND f.ended_at IS NULL
  AND NOT EXISTS (SELECT FROM flow_promises p WHERE p.order_id = f.order_id)
ORDER BY f.approved_at LIMIT $2
