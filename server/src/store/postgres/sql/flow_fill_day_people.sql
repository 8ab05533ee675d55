-- What each operator did on these days. An order is counted once a day, however often it came back; it is paid for on
-- the day on which it was taken, unless it was given back.
WITH days AS (
    SELECT day, (day::timestamp - make_interval(mins => $2)) AT TIME ZONE 'UTC' AS begins FROM unnest($1::date[]) AS day
), taken AS (
    SELECT d.day, s.operator_id, s.order_id, bool_and(s.given_back) AS given_back
    FROM days d JOIN flow_stays s ON s.began_at >= d.begins AND s.began_at < d.begins + interval '24 hours'
    WHERE s.stage = 'bench' AND NOT s.again AND s.operator_id IS NOT NULL
    GROUP BY 1, 2, 3
), earned AS (
    SELECT t.day, t.operator_id, coalesce(o.pay_currency, o.bonus_currency) AS pay_currency,
           sum(coalesce(o.pay, 0) + coalesce(o.bonus, 0)) AS pay
    FROM taken t JOIN orders o ON o.id = t.order_id
    WHERE NOT t.given_back AND (o.pay IS NOT NULL OR o.bonus IS NOT NULL)
    GROUP BY 1, 2, 3
), paid AS (
    SELECT day, operator_id,
           jsonb_agg(jsonb_build_object('amount', pay::text, 'currency', pay_currency) ORDER BY pay_currency) AS pay
    FROM earned GROUP BY 1, 2
), counted AS (
    SELECT day, operator_id, count(*) AS taken, count(*) FILTER (WHERE given_back) AS given_back,
           0 AS finished, 0 AS shipped
    FROM taken GROUP BY 1, 2
    UNION ALL
    SELECT d.day, s.operator_id, 0, 0, count(DISTINCT s.order_id), 0
    FROM days d JOIN flow_stays s ON s.began_at >= d.begins AND s.began_at < d.begins + interval '24 hours'
    WHERE s.stage = 'made' AND s.operator_id IS NOT NULL
    GROUP BY 1, 2
    UNION ALL
    SELECT d.day, s.operator_id, 0, 0, 0, count(*)
    FROM days d JOIN flow_stays s ON s.ended_at >= d.begins AND s.ended_at < d.begins + interval '24 hours'
    JOIN flow_orders o ON o.order_id = s.order_id AND o.outcome = 'shipped'
    WHERE s.stage = 'packing' AND s.operator_id IS NOT NULL
    GROUP BY 1, 2
)
INSERT INTO flow_day_people (day, operator_id, taken, given_back, finished, shipped, pay)
SELECT c.day, c.operator_id, sum(c.taken), sum(c.given_back), sum(c.finished), sum(c.shipped),
       coalesce((SELECT p.pay FROM paid p WHERE p.day = c.day AND p.operator_id = c.operator_id), '[]'::jsonb)
FROM counted c GROUP BY 1, 2
