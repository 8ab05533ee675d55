-- The answer to a command, with the change's place in the log: settle() runs the log's triggers before the COMMIT does.
INSERT INTO command_receipts (user_id, command, order_id, request_id, version, reason, answer)
SELECT $1, $2, $3, $4, $5, $6,
       json_build_object(
           'revision', board_epoch() || '.' || settle($3),
           'order', e.payload -> 'card')::text
FROM board_entries e
WHERE e.id = $3
RETURNING answer
