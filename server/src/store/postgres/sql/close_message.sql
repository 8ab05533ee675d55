-- The message is handled; unless it was stale, it is the source's last word on this order.
-- No row: the same message was handled by somebody else meanwhile.
WITH told AS (
    UPDATE source_orders SET number = $3, status = $4, source_version = $5, seen_at = $9
    WHERE order_id = $2 AND $7 <> 'stale'
)
INSERT INTO inbox (message_id, order_id, type, outcome, occurred_at, received_at)
VALUES ($1, $2, $6, $7, $8, $9)
ON CONFLICT (message_id) DO NOTHING
