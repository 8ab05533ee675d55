WITH stages AS (DELETE FROM flow_days WHERE day = ANY ($1)),
     orders AS (DELETE FROM flow_day_orders WHERE day = ANY ($1))
DELETE FROM flow_day_people WHERE day = ANY ($1)
