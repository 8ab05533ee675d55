-- One order by its number, actual or not, with what its passport needs of each step besides, in the view's order.
SELECT e.payload::text AS payload,
       coalesce((SELECT jsonb_agg(jsonb_build_object('message', s.message_id, 'trace', s.trace_id)
                                  ORDER BY least(s.at, s.noted_at), s.id)
                 FROM order_history s WHERE s.order_id = o.id), '[]'::jsonb)::text AS notes
FROM orders o JOIN board_entries e ON e.id = o.id
WHERE o.number = $1
