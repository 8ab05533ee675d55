-- One ready model of actual orders that no edition since $1 looked at, leased until $3 with all of its orders, and how
-- often it was tried before. What an order without a lease has counted are the tries to fetch its file.
WITH next AS (
    SELECT model_sha256 FROM orders
    WHERE model_state = 'ready' AND status NOT IN ('SHIPPED', 'CANCELLED')
      AND coalesce((model_facts->>'edition')::integer, 0) < $1
      AND (model_try_at IS NULL OR model_try_at <= $2)
    ORDER BY approved_at DESC LIMIT 1
), held AS (
    SELECT id FROM orders
    WHERE model_sha256 = (SELECT model_sha256 FROM next) AND model_state = 'ready'
      AND status NOT IN ('SHIPPED', 'CANCELLED')
    ORDER BY id FOR UPDATE
), leased AS (
    UPDATE orders o
    SET model_try_at = $3, model_tries = CASE WHEN o.model_try_at IS NULL THEN 0 ELSE o.model_tries END
    FROM held WHERE o.id = held.id RETURNING o.model_sha256, o.model_tries
)
SELECT model_sha256, max(model_tries) FROM leased GROUP BY model_sha256
