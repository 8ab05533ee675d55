-- Letters to be dealt with, counted up to a bound, and since when the first of them lies there.
SELECT count(*), min(first_at)
FROM (SELECT first_at FROM dead_letters WHERE settled_at IS NULL ORDER BY first_at, id LIMIT $1) AS open
