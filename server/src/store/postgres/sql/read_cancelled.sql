SELECT o.id, o.number, o.title, o.operator_id
FROM orders o
WHERE o.status = 'CANCELLED' AND o.operator_id IS NOT NULL AND o.status_since > $1
  AND NOT EXISTS (SELECT FROM cancellations_noted n WHERE n.order_id = o.id)
ORDER BY o.status_since DESC, o.id
LIMIT $2
