-- What this edition, or a later one, found of the same file.
SELECT model_facts::text FROM orders
WHERE model_sha256 = $1 AND model_state = 'ready' AND coalesce((model_facts->>'edition')::integer, 0) >= $2
LIMIT 1
