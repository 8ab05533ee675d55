UPDATE dead_letters d
SET tries = d.tries + 1, tried_at = $4, reason = t.reason, detail = t.detail
FROM unnest($1::uuid[], $2::text[], $3::text[]) AS t (id, reason, detail)
WHERE d.id = t.id AND d.settled_at IS NULL
