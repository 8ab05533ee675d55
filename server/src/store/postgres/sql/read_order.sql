-- One order by its number, actual or not, with the revision that this statement sees.
SELECT board_epoch() AS epoch, c.rev, e.payload::text AS payload
FROM board_clock c
JOIN orders o ON o.number = $1
JOIN board_entries e ON e.id = o.id
WHERE c.id = 1
