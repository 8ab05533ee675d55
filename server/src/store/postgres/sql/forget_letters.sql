DELETE FROM dead_letters WHERE id IN (SELECT id FROM dead_letters WHERE settled_at <= $1 AND cleared_at IS NOT NULL LIMIT $2)
