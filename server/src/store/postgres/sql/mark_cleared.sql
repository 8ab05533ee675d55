UPDATE dead_letters SET cleared_at = $1 WHERE settled_at <= $1 AND cleared_at IS NULL
