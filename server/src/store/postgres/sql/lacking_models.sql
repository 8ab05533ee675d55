-- Actual orders that name a model which cannot be shown.
SELECT number, model_state FROM orders
WHERE status NOT IN ('SHIPPED', 'CANCELLED') AND model_state IN ('missing', 'refused', 'mismatch')
ORDER BY number LIMIT $1
