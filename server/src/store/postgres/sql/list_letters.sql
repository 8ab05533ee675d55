SELECT id, reason, detail, substring(body FOR $3) AS excerpt, bytes, octet_length(body) = bytes AS is_whole,
       first_at, last_at, times, tries
FROM dead_letters
WHERE settled_at IS NULL
ORDER BY first_at, id
LIMIT $1 OFFSET $2
