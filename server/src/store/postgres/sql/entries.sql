SELECT id, payload::text AS payload FROM board_entries WHERE id = ANY($1)
