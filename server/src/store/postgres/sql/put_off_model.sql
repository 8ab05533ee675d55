UPDATE orders SET model_try_at = $3 WHERE id = $1 AND model_key = $2 AND model_state = 'pending'
