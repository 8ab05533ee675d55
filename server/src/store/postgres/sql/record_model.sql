-- What became of a file, if the order still waits for just this one.
UPDATE orders
SET model_state = $4, model_sha256 = $5, model_bytes = $6, model_facts = $7::text::jsonb, model_problem = $8,
    model_try_at = NULL
WHERE id = $1 AND model_key = $2 AND model_declared IS NOT DISTINCT FROM $3 AND model_state = 'pending'
