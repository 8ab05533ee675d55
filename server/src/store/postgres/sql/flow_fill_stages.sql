-- How long stays took that ended in the seven days from $1 on, and in the seven before, from $2 on.
INSERT INTO flow_stages (period, stage, stays, p50, p90)
SELECT period, stage, stays, shares[1], shares[2]
FROM (SELECT CASE WHEN ended_at >= $1 THEN 0 ELSE 1 END AS period, stage, count(*) AS stays,
             percentile_cont(ARRAY[0.5, 0.9]) WITHIN GROUP (ORDER BY seconds) AS shares
      FROM flow_stays WHERE ended_at >= $2 AND ended_at <= $3
      GROUP BY 1, 2) AS measured
