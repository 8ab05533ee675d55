-- Another calendar: every day that saw anything is counted anew.
WITH noted AS (UPDATE flow_state SET calendar = $1 WHERE id = 1),
     stages AS (DELETE FROM flow_days),
     orders AS (DELETE FROM flow_day_orders),
     people AS (DELETE FROM flow_day_people)
INSERT INTO flow_days_due (day)
SELECT DISTINCT ((moment AT TIME ZONE 'UTC') + make_interval(mins => $1))::date
FROM flow_stays, LATERAL (VALUES (began_at), (ended_at)) AS moments (moment)
WHERE moment IS NOT NULL
ON CONFLICT DO NOTHING
