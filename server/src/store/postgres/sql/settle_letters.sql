-- A clock that runs behind another server's must not settle a letter before it was put aside.
UPDATE dead_letters d
SET settled_at = greatest($3, d.last_at), settled_by = $4, outcome = s.outcome
FROM unnest($1::uuid[], $2::text[]) AS s (id, outcome)
WHERE d.id = s.id AND d.settled_at IS NULL
