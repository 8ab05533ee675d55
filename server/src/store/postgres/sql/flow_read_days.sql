-- Each day from $1 to $2, with how many orders stood in these stages at its end: all that ever entered less all that left.
WITH days AS (
    SELECT day::date AS day FROM generate_series($1::date, $2::date, interval '1 day') AS day
), stages AS (
    SELECT stage, place FROM unnest($3::text[]) WITH ORDINALITY AS named (stage, place)
), before AS (
    SELECT stage, sum(entered - gone) AS level FROM flow_days WHERE day < $1 GROUP BY 1
), levels AS (
    SELECT d.day, s.place,
           coalesce(b.level, 0) + sum(coalesce(f.entered - f.gone, 0)) OVER (PARTITION BY s.stage ORDER BY d.day) AS level
    FROM days d CROSS JOIN stages s
    LEFT JOIN before b ON b.stage = s.stage
    LEFT JOIN flow_days f ON f.day = d.day AND f.stage = s.stage
)
SELECT l.day, coalesce(max(o.arrived), 0)::bigint AS arrived, coalesce(max(o.shipped), 0)::bigint AS shipped,
       coalesce(max(o.cancelled), 0)::bigint AS cancelled, array_agg(l.level::bigint ORDER BY l.place) AS levels
FROM levels l LEFT JOIN flow_day_orders o ON o.day = l.day
GROUP BY l.day ORDER BY l.day
