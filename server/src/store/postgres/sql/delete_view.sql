DELETE FROM saved_views WHERE user_id = $1 AND id = $2
