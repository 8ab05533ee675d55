SELECT received_at, occurred_at FROM inbox ORDER BY received_at DESC LIMIT 1
