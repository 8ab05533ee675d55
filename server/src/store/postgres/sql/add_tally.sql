INSERT INTO intake_tally AS t (minute, door, outcome, count)
SELECT * FROM unnest($1::timestamptz[], $2::text[], $3::text[], $4::bigint[])
ON CONFLICT (minute, door, outcome) DO UPDATE SET count = t.count + excluded.count
