-- What was found of a file, for every actual order that names it.
UPDATE orders o SET model_facts = $2::text::jsonb, model_try_at = NULL
FROM (SELECT id FROM orders
      WHERE model_sha256 = $1 AND model_state = 'ready' AND status NOT IN ('SHIPPED', 'CANCELLED')
      ORDER BY id FOR UPDATE) AS held
WHERE o.id = held.id
