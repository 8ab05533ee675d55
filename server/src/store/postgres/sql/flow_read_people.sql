-- What each operator did on the days from $1 to $2.
WITH summed AS (
    SELECT operator_id, sum(taken) AS taken, sum(given_back) AS given_back, sum(finished) AS finished, sum(shipped) AS shipped
    FROM flow_day_people WHERE day BETWEEN $1 AND $2 GROUP BY 1
), earned AS (
    SELECT p.operator_id, part.sum ->> 'currency' AS currency, sum((part.sum ->> 'amount')::numeric) AS amount
    FROM flow_day_people p, jsonb_array_elements(p.pay) AS part (sum) WHERE p.day BETWEEN $1 AND $2 GROUP BY 1, 2
)
SELECT u.login, u.name, s.taken::bigint, s.given_back::bigint, s.finished::bigint, s.shipped::bigint,
       coalesce((SELECT jsonb_agg(jsonb_build_object('amount', e.amount::text, 'currency', e.currency) ORDER BY e.currency)
                 FROM earned e WHERE e.operator_id = s.operator_id), '[]'::jsonb)::text AS pay
FROM summed s JOIN users u ON u.id = s.operator_id
ORDER BY s.taken DESC, s.finished DESC, u.login
