-- A message that could not be taken in, once however often it is delivered: the moment when it was put aside tells a
-- copy from the next time. What was settled before that moment is open again.
INSERT INTO dead_letters AS d (id, digest, body, bytes, reason, detail, first_at, last_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $7)
ON CONFLICT (digest) DO UPDATE SET
    times = d.times + CASE WHEN $7 > d.last_at THEN 1 ELSE 0 END,
    reason = CASE WHEN $7 > d.last_at THEN $5 ELSE d.reason END,
    detail = CASE WHEN $7 > d.last_at THEN $6 ELSE d.detail END,
    first_at = least(d.first_at, $7),
    last_at = greatest(d.last_at, $7),
    settled_at = CASE WHEN $7 > d.settled_at THEN NULL ELSE d.settled_at END,
    settled_by = CASE WHEN $7 > d.settled_at THEN NULL ELSE d.settled_by END,
    outcome = CASE WHEN $7 > d.settled_at THEN NULL ELSE d.outcome END,
    cleared_at = CASE WHEN $7 > d.settled_at THEN NULL ELSE d.cleared_at END
