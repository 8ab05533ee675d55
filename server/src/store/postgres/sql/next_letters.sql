-- Letters to be tried again, after the one with which the last ones ended, and put aside before this began.
SELECT id, body, octet_length(body) = bytes AS is_whole, false AS is_settled
FROM dead_letters
WHERE settled_at IS NULL
  AND ($1::uuid IS NULL OR (first_at, id) > (SELECT l.first_at, l.id FROM dead_letters l WHERE l.id = $1))
  AND first_at <= $2
ORDER BY first_at, id
LIMIT $3
