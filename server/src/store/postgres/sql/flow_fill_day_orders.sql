-- How many orders came and went on these days.
WITH days AS (
    SELECT day, (day::timestamp - make_interval(mins => $2)) AT TIME ZONE 'UTC' AS begins FROM unnest($1::date[]) AS day
), counted AS (
    SELECT d.day, count(*) AS arrived, 0 AS shipped, 0 AS cancelled
    FROM days d JOIN flow_orders o ON o.approved_at >= d.begins AND o.approved_at < d.begins + interval '24 hours'
    GROUP BY 1
    UNION ALL
    SELECT d.day, 0, count(*) FILTER (WHERE o.outcome = 'shipped'), count(*) FILTER (WHERE o.outcome = 'cancelled')
    FROM days d JOIN flow_orders o ON o.ended_at >= d.begins AND o.ended_at < d.begins + interval '24 hours'
    GROUP BY 1
)
INSERT INTO flow_day_orders (day, arrived, shipped, cancelled)
SELECT day, sum(arrived), sum(shipped), sum(cancelled) FROM counted GROUP BY 1
