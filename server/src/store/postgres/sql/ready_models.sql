-- Every file that the board names, with its size and one of the orders that name it.
SELECT model_sha256, model_bytes, min(number) AS number FROM orders
WHERE status NOT IN ('SHIPPED', 'CANCELLED') AND model_state = 'ready'
GROUP BY model_sha256, model_bytes ORDER BY model_sha256
