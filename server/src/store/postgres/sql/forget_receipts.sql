DELETE FROM command_receipts WHERE at <= $1
