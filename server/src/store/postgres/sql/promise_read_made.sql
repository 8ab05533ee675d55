-- What was promised to orders that were approved from $1 to $2, and when they were shipped; not those that were called
-- off. The newest, at most $3.
SELECT p.days, p.promised, CASE WHEN f.outcome = 'shipped' AND f.ended_at <= $2 THEN f.ended_at END AS shipped_at
FROM flow_promises p JOIN flow_orders f ON f.order_id = p.order_id
WHERE p.approved_at >= $1 AND p.approved_at <= $2 AND f.outcome IS DISTINCT FROM 'cancelled'
ORDER BY p.approved_at DESC LIMIT $3
