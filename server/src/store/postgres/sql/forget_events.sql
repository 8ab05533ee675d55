-- Only ever a beginning of the log, never a hole in it: up to the first event that is young enough to be kept.
DELETE FROM order_events
WHERE rev < least($1, (SELECT rev FROM order_events WHERE committed_at >= now() - interval '24 hours' ORDER BY rev LIMIT 1))
