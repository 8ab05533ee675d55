SELECT id, name, query FROM saved_views WHERE user_id = $1 ORDER BY created_at, id
