-- Moves the moment at which a claimed file is due: the claim that the tries count tells apart from a later one, and only
-- while the order still waits for this file.
UPDATE orders SET model_try_at = $3
WHERE id = $1 AND model_key = $2 AND model_tries = $4 AND model_state = 'pending' AND model_try_at IS NOT NULL
