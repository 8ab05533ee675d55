-- Locks the source's rows of these orders, in the order of their ids (two servers with messages of one order go one after
-- the other), and tells what is known of each. The look-ups see the moment before the locks: what they say is checked
-- again by what follows. A message that was handled before leaves nothing behind, not even a lock.
WITH told AS MATERIALIZED (
    -- Not EXISTS: a plan that was made while the table was small would go on reading all of it.
    SELECT t.*, (SELECT true FROM inbox i WHERE i.message_id = t.message_id) IS NOT NULL AS duplicate
    FROM unnest($1::uuid[], $2::text[], $3::text[], $4::bigint[], $5::uuid[])
         WITH ORDINALITY AS t (order_id, number, status, source_version, message_id, place)
), held AS (
    INSERT INTO source_orders AS s (order_id, number, status, source_version, seen_at)
    SELECT t.order_id, t.number, t.status, t.source_version, $6 FROM told t WHERE NOT t.duplicate ORDER BY t.order_id
    ON CONFLICT (order_id) DO UPDATE SET seen_at = s.seen_at
    RETURNING s.order_id, CASE WHEN s.xmax <> 0 THEN s.source_version END AS known_version
)
SELECT h.known_version,
       t.duplicate,
       (SELECT true FROM orders o WHERE o.number = t.number AND o.id <> t.order_id) IS NOT NULL AS number_taken,
       (SELECT o.status FROM orders o WHERE o.id = t.order_id) AS status
FROM told t LEFT JOIN held h ON h.order_id = t.order_id
ORDER BY t.place
