WITH stages AS (DELETE FROM flow_stages), bonuses AS (DELETE FROM flow_bonuses) DELETE FROM flow_periods
