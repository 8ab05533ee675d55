-- These orders pay something else now: the days of the calendar ($2 minutes ahead of UTC) on which they were taken are due.
INSERT INTO flow_days_due (day)
SELECT DISTINCT ((began_at AT TIME ZONE 'UTC') + make_interval(mins => $2))::date
FROM flow_stays WHERE order_id = ANY ($1) AND stage = 'bench' AND NOT again
ON CONFLICT DO NOTHING
