WITH stages AS (DELETE FROM flow_stages) DELETE FROM flow_periods
