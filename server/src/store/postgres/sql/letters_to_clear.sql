SELECT EXISTS (SELECT FROM dead_letters WHERE settled_at IS NOT NULL AND cleared_at IS NULL)
