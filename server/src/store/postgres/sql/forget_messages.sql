-- While an order is on the board, everything that was said of it stays.
DELETE FROM inbox WHERE message_id IN (
    SELECT i.message_id FROM inbox i
    WHERE i.received_at <= $1
      AND NOT EXISTS (SELECT FROM orders o WHERE o.id = i.order_id AND o.status NOT IN ('SHIPPED', 'CANCELLED'))
    LIMIT $2)
