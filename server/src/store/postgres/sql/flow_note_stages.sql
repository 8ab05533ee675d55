UPDATE flow_state SET stages_made_at = $1 WHERE id = 1
