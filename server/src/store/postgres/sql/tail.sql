-- now() is the start of this statement's own transaction, so it lies before the snapshot that everything else is read in.
SELECT (extract(epoch FROM now()) * 1000)::bigint AS at,
       board_epoch() AS epoch,
       clock.rev AS head,
       (SELECT min(rev) FROM order_events) AS oldest,
       event.rev,
       event.order_id,
       event.payload,
       event.traceparent,
       (extract(epoch FROM event.committed_at) * 1000)::bigint AS committed_at
FROM board_clock AS clock
LEFT JOIN LATERAL (
    SELECT rev, order_id, payload, traceparent, committed_at FROM order_events WHERE rev > $1 ORDER BY rev LIMIT $2
) AS event ON true
WHERE clock.id = 1
ORDER BY event.rev
