-- What this server's lines do; what servers told that are long gone is forgotten by the way.
WITH gone AS (DELETE FROM broker_lines WHERE told_at < $5 AND server <> $1)
INSERT INTO broker_lines (server, line, standing, since, told_at)
SELECT $1, l.line, l.standing, l.since, $6
FROM unnest($2::text[], $3::text[], $4::timestamptz[]) AS l (line, standing, since)
ON CONFLICT (server, line) DO UPDATE
SET standing = excluded.standing, since = excluded.since, told_at = excluded.told_at
