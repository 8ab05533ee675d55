SELECT answer FROM command_receipts WHERE user_id = $1 AND command = $2 AND order_id = $3 AND request_id = $4
