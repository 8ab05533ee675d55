SELECT order_id, status, at, noted_at, operator_id, reason IS NOT NULL AS reasoned
FROM order_history WHERE order_id = ANY ($1) ORDER BY order_id, id
