-- What bonuses do. Orders that were passed over for $2 seconds since $1: those that got a bonus after these seconds while
-- they were still free, from the first one to the take; and those that got none, from the end of these seconds to the take.
-- A bonus that was taken back (an amount of 0) has lured nobody, and neither did none: such an order is on no side.
WITH lured AS (
    SELECT DISTINCT ON (s.order_id, s.place) s.ended_at, b.at AS since, n.stage AS next
    FROM order_bonuses b
    JOIN flow_stays s ON s.order_id = b.order_id AND s.stage = 'free'
                         AND b.at >= s.began_at + make_interval(secs => $2)
                         AND (s.ended_at IS NULL OR s.ended_at >= b.at)
    LEFT JOIN flow_stays n ON n.order_id = s.order_id AND n.place = s.place + 1
    WHERE b.at >= $1 AND b.amount > 0
      AND NOT EXISTS (SELECT FROM order_bonuses back
                      WHERE back.order_id = b.order_id AND back.amount = 0 AND back.id > b.id
                        AND (s.ended_at IS NULL OR back.at <= s.ended_at))
    ORDER BY s.order_id, s.place, b.at, b.id
), plain AS (
    SELECT s.ended_at, s.began_at + make_interval(secs => $2) AS since, n.stage AS next
    FROM flow_stays s
    LEFT JOIN flow_stays n ON n.order_id = s.order_id AND n.place = s.place + 1
    WHERE s.stage = 'free' AND (s.ended_at >= $1 OR s.ended_at IS NULL)
      AND coalesce(s.ended_at, $3) >= s.began_at + make_interval(secs => $2)
      AND NOT EXISTS (SELECT FROM order_bonuses b WHERE b.order_id = s.order_id AND b.at >= s.began_at
                                                    AND (s.ended_at IS NULL OR b.at <= s.ended_at))
)
INSERT INTO flow_bonuses (side, orders, taken, p50)
SELECT 0::smallint AS side, count(*) AS orders, count(*) FILTER (WHERE next = 'bench') AS taken,
       percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM ended_at - since)) FILTER (WHERE next = 'bench') AS p50
FROM lured
UNION ALL
SELECT 1::smallint, count(*), count(*) FILTER (WHERE next = 'bench'),
       percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM ended_at - since)) FILTER (WHERE next = 'bench')
FROM plain
