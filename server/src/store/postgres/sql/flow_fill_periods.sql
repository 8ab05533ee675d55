-- What the orders took that were shipped in the same periods.
INSERT INTO flow_periods (period, shipped, working, waiting, held, p50, p90)
SELECT period, shipped, working, waiting, held, shares[1], shares[2]
FROM (SELECT CASE WHEN ended_at >= $1 THEN 0 ELSE 1 END AS period, count(*) AS shipped,
             sum(working) AS working, sum(waiting) AS waiting, sum(held) AS held,
             percentile_cont(ARRAY[0.5, 0.9]) WITHIN GROUP (ORDER BY working + waiting + held) AS shares
      FROM flow_orders WHERE outcome = 'shipped' AND ended_at >= $2 AND ended_at <= $3
      GROUP BY 1) AS measured
