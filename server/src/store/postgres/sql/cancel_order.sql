-- The operator stays on the row: who held it is part of the order's record.
UPDATE orders
SET status = 'CANCELLED', version = version + 1, traceparent = coalesce($3, traceparent), status_since = greatest(status_since, $2), model_try_at = NULL
WHERE id = $1 AND status NOT IN ('SHIPPED', 'CANCELLED')
