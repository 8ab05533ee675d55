DELETE FROM flow_days_due RETURNING day
