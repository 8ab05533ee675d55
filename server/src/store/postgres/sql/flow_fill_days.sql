-- How many stays of each stage began and ended on these days of the calendar ($2 minutes ahead of UTC).
WITH days AS (
    SELECT day, (day::timestamp - make_interval(mins => $2)) AT TIME ZONE 'UTC' AS begins FROM unnest($1::date[]) AS day
), counted AS (
    SELECT d.day, s.stage, count(*) AS entered, 0 AS gone
    FROM days d JOIN flow_stays s ON s.began_at >= d.begins AND s.began_at < d.begins + interval '24 hours'
    GROUP BY 1, 2
    UNION ALL
    SELECT d.day, s.stage, 0, count(*)
    FROM days d JOIN flow_stays s ON s.ended_at >= d.begins AND s.ended_at < d.begins + interval '24 hours'
    GROUP BY 1, 2
)
INSERT INTO flow_days (day, stage, entered, gone)
SELECT day, stage, sum(entered), sum(gone) FROM counted GROUP BY 1, 2
