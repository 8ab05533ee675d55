-- About how many stays began in the window: whole days, from the one of $1 on.
SELECT coalesce(sum(entered), 0)::bigint FROM flow_days WHERE day >= ($1 AT TIME ZONE 'UTC')::date AND stage = ANY ($2)
