UPDATE saved_views SET name = $3 WHERE user_id = $1 AND id = $2
