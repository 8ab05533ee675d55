-- Orders whose file is due, leased until $2: whoever dies with one leaves it to the next.
UPDATE orders o
SET model_try_at = $2, model_tries = o.model_tries + 1
FROM (SELECT id FROM orders
      WHERE model_try_at <= $1 AND model_state = 'pending'
      ORDER BY model_try_at LIMIT $3 FOR UPDATE SKIP LOCKED) AS due
WHERE o.id = due.id
RETURNING o.id, o.model_key, o.model_declared, o.model_size, o.model_tries, o.traceparent
