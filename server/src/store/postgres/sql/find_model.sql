SELECT model_bytes FROM orders WHERE model_sha256 = $1 AND model_state = 'ready' LIMIT 1
