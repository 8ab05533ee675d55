-- The answer to a press of a button that is no command on an order.
INSERT INTO command_receipts (user_id, command, order_id, request_id, version, answer)
VALUES ($1, $2, $3, $4, 0, $5)
