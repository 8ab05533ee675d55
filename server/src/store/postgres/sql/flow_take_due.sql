DELETE FROM flow_due WHERE id IN (SELECT id FROM flow_due ORDER BY id LIMIT $1) RETURNING order_id, paid
