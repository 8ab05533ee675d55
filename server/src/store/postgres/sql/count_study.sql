-- Counts (1) that a leased file is about to be looked at, before it is: whoever dies of it has told. Or takes it back (-1).
UPDATE orders o SET model_tries = greatest(o.model_tries + $2, 0)
FROM (SELECT id FROM orders
      WHERE model_sha256 = $1 AND model_state = 'ready' AND status NOT IN ('SHIPPED', 'CANCELLED')
        AND model_try_at IS NOT NULL
      ORDER BY id FOR UPDATE) AS held
WHERE o.id = held.id
