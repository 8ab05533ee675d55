SELECT id, payload::text AS payload FROM board_entries WHERE status NOT IN ('SHIPPED', 'CANCELLED')
