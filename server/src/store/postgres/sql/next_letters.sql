-- Letters to be tried again, after the place where the last ones ended and put aside before this began.
SELECT id, body, octet_length(body) = bytes AS is_whole, false AS is_settled, first_at
FROM dead_letters
WHERE settled_at IS NULL AND (first_at, id) > ($1, $2) AND first_at <= $3
ORDER BY first_at, id
LIMIT $4
