-- The first day from $1 to $2 whose orders have not been promised anything afterwards.
SELECT min(each.day)::date AS day FROM generate_series($1::date, $2::date, interval '1 day') AS each (day)
WHERE NOT EXISTS (SELECT FROM flow_promise_days d WHERE d.day = each.day::date)
