SELECT calendar, stages_made_at, EXISTS (SELECT FROM flow_due) AS due, EXISTS (SELECT FROM flow_days_due) AS days_due
FROM flow_state WHERE id = 1
