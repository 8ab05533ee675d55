SELECT id, body, octet_length(body) = bytes AS is_whole, settled_at IS NOT NULL AS is_settled
FROM dead_letters
WHERE id = $1
