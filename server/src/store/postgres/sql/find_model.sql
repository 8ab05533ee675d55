-- A model that an order names: as its own, actual or not, or as the one that a taken order's operator worked to before.
SELECT model_bytes, id FROM orders WHERE model_sha256 = $1 AND model_state = 'ready'
UNION ALL
SELECT model_before_bytes, id FROM orders
WHERE model_before = $1 AND status NOT IN ('MANUFACTURING_APPROVED', 'SHIPPED', 'CANCELLED')
LIMIT 1
