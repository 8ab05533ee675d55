-- Stays that went on at some time from $1 to $2, as far as they were known at $2; of one order in $4. What was called off
-- was watched until then and did not end.
SELECT s.stage, s.began_at, greatest(s.began_at, $1) AS watched_from, least(coalesce(s.ended_at, $2), $2) AS watched_until,
       s.ended_at IS NOT NULL AND s.ended_at <= $2 AND o.order_id IS NULL AS ended,
       CASE WHEN s.ended_at <= $2 THEN n.stage END AS next
FROM flow_stays s
LEFT JOIN flow_stays n ON n.order_id = s.order_id AND n.place = s.place + 1
LEFT JOIN flow_orders o ON o.order_id = s.order_id AND o.outcome = 'cancelled' AND o.ended_at = s.ended_at
WHERE (s.ended_at >= $1 OR s.ended_at IS NULL) AND s.began_at <= $2 AND s.stage = ANY ($3)
  AND (hashtext(s.order_id::text) & 2147483647) % $4 = 0
