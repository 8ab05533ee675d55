-- That the last moments may be lost is promised: nobody's commit has to wait behind the disk for this one.
WITH hurried AS MATERIALIZED (SELECT set_config('synchronous_commit', 'off', true))
INSERT INTO intake_tally AS t (minute, door, outcome, count)
SELECT tally.* FROM hurried, unnest($1::timestamptz[], $2::text[], $3::text[], $4::bigint[]) AS tally
ON CONFLICT (minute, door, outcome) DO UPDATE SET count = t.count + excluded.count
