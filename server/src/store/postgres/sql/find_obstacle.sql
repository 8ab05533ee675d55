-- Why a command changed nothing: its stored answer, or the order as committed; and of which revision that is.
SELECT r.version, r.reason, r.answer, (e.payload -> 'card')::text AS card, board_epoch() AS epoch, clock.rev
FROM board_clock AS clock
LEFT JOIN command_receipts r
       ON r.user_id = $1 AND r.command = $2 AND r.order_id = $3 AND r.request_id = $4
LEFT JOIN board_entries e ON e.id = $3
WHERE clock.id = 1
