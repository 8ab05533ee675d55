-- Every file that the board names, with its size and one of the orders that name it.
SELECT sha256, bytes, min(number) AS number
FROM (SELECT model_sha256 AS sha256, model_bytes AS bytes, number FROM orders
      WHERE status NOT IN ('SHIPPED', 'CANCELLED') AND model_state = 'ready'
      UNION ALL
      SELECT model_before, model_before_bytes, number FROM orders
      WHERE status NOT IN ('MANUFACTURING_APPROVED', 'SHIPPED', 'CANCELLED') AND model_before IS NOT NULL) AS named
GROUP BY sha256, bytes ORDER BY sha256
