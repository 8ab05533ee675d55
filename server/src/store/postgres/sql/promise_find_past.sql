-- Some of the orders that were approved from $1 until $2 and have been promised nothing: the same ones each time.
SELECT f.order_id, f.approved_at FROM flow_orders f
WHERE f.approved_at >= $1 AND f.approved_at < $2
  AND NOT EXISTS (SELECT FROM flow_promises p WHERE p.order_id = f.order_id)
ORDER BY md5(f.order_id::text) LIMIT $3
