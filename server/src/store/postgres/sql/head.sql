SELECT (extract(epoch FROM now()) * 1000)::bigint AS at, board_epoch() AS epoch, rev AS head FROM board_clock WHERE id = 1
