-- Which of these copies belong to letters that were settled after the copy was put aside. A copy that does not say when
-- that was belongs to the letter all the same.
SELECT EXISTS (
    SELECT FROM dead_letters d
    WHERE d.digest = c.digest AND d.settled_at IS NOT NULL AND (c.at IS NULL OR c.at <= d.settled_at))
FROM unnest($1::bytea[], $2::timestamptz[]) WITH ORDINALITY AS c (digest, at, n)
ORDER BY c.n
