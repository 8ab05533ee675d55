-- Makes these orders' stays what they are now, touching only those that differ, and notes on which days of the calendar
-- ($10 minutes ahead of UTC) that changes a figure.
WITH found AS (
    SELECT * FROM unnest($2::uuid[], $3::integer[], $4::text[], $5::timestamptz[], $6::timestamptz[], $7::bigint[],
                         $8::bigint[], $9::uuid[], $11::boolean[], $12::boolean[])
        AS stay (order_id, place, stage, began_at, ended_at, seconds, held, operator_id, again, given_back)
), before AS (
    SELECT order_id, place, stage, began_at, ended_at, seconds, held, operator_id, again, given_back
    FROM flow_stays WHERE order_id = ANY ($1)
), changed AS (
    (TABLE found EXCEPT TABLE before) UNION ALL (TABLE before EXCEPT TABLE found)
), marked AS (
    INSERT INTO flow_days_due (day)
    SELECT DISTINCT ((moment AT TIME ZONE 'UTC') + make_interval(mins => $10))::date
    FROM changed, LATERAL (VALUES (began_at), (ended_at)) AS moments (moment)
    WHERE moment IS NOT NULL
    ON CONFLICT DO NOTHING
), surplus AS (
    DELETE FROM flow_stays s WHERE s.order_id = ANY ($1)
        AND NOT EXISTS (SELECT FROM found f WHERE (f.order_id, f.place) = (s.order_id, s.place))
)
INSERT INTO flow_stays AS s (order_id, place, stage, began_at, ended_at, seconds, held, operator_id, again, given_back)
SELECT f.* FROM found f JOIN changed c USING (order_id, place) GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10
ON CONFLICT (order_id, place) DO UPDATE
SET stage = excluded.stage, began_at = excluded.began_at, ended_at = excluded.ended_at, seconds = excluded.seconds,
    held = excluded.held, operator_id = excluded.operator_id, again = excluded.again, given_back = excluded.given_back
