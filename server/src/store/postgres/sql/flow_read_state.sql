SELECT days_made_at, stages_made_at FROM flow_state WHERE id = 1
