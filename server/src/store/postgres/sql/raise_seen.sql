-- Forward only, in whatever order the words of several devices come in. The other servers are told.
WITH moved AS (
    UPDATE users SET seen_at = greatest(seen_at, $2) WHERE id = $1 RETURNING id, seen_at
)
SELECT moved.seen_at FROM moved, pg_notify('sessions', 'seen ' || moved.id || ' ' || wire_time(moved.seen_at))
