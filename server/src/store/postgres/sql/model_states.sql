-- How far the models of actual orders have come.
SELECT model_state, count(*) AS orders FROM orders
WHERE status NOT IN ('SHIPPED', 'CANCELLED') GROUP BY model_state ORDER BY model_state
