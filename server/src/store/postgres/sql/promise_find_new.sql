-- Orders that came since $2 (approved then, or noted then after a way between the systems) and were approved no longer ago
-- than $1, go on, and have been promised nothing.
SELECT f.order_id, f.approved_at FROM flow_orders f
WHERE f.approved_at >= $1 AND f.ended_at IS NULL
  AND f.order_id IN (SELECT o.order_id FROM flow_orders o WHERE o.approved_at >= $2
                     UNION ALL
                     SELECT s.order_id FROM flow_stays s WHERE s.stage = 'handover' AND s.ended_at >= $2)
  AND NOT EXISTS (SELECT FROM flow_promises p WHERE p.order_id = f.order_id)
ORDER BY f.approved_at LIMIT $3
