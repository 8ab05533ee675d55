-- Since two moments, of which either may be the earlier one.
SELECT door, outcome,
       coalesce(sum(count) FILTER (WHERE minute >= $1), 0)::bigint AS today,
       coalesce(sum(count) FILTER (WHERE minute >= $2), 0)::bigint AS hour
FROM intake_tally
WHERE minute >= least($1, $2)
GROUP BY door, outcome
