UPDATE flow_state SET days_made_at = $1 WHERE id = 1
