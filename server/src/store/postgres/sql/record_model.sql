-- What became of a file, if the order still waits for just this one. If it is the one that the operator worked to before,
-- nothing has changed after all.
UPDATE orders o
SET model_state = $4, model_sha256 = $5, model_bytes = $6, model_facts = $7::text::jsonb, model_problem = $8,
    model_try_at = NULL,
    (model_before, model_before_bytes, model_before_facts) =
        (SELECT o.model_before, o.model_before_bytes, o.model_before_facts
         WHERE $4::text <> 'ready' OR o.model_before <> $5::text)
WHERE id = $1 AND model_key = $2 AND model_declared IS NOT DISTINCT FROM $3 AND model_state = 'pending'
