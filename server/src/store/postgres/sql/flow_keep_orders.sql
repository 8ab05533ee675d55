-- The same for the sums of whole orders; those that have no approval (any more) are not the workshop's.
WITH found AS (
    SELECT * FROM unnest($2::uuid[], $3::timestamptz[], $4::timestamptz[], $5::text[], $6::bigint[], $7::bigint[],
                         $8::bigint[], $9::integer[], $10::integer[])
        AS sums (order_id, approved_at, ended_at, outcome, working, waiting, held, reworks, releases)
), surplus AS (
    DELETE FROM flow_orders o WHERE o.order_id = ANY ($1)
        AND NOT EXISTS (SELECT FROM found f WHERE f.order_id = o.order_id)
)
INSERT INTO flow_orders AS o (order_id, approved_at, ended_at, outcome, working, waiting, held, reworks, releases)
SELECT * FROM found
ON CONFLICT (order_id) DO UPDATE
SET approved_at = excluded.approved_at, ended_at = excluded.ended_at, outcome = excluded.outcome,
    working = excluded.working, waiting = excluded.waiting, held = excluded.held, reworks = excluded.reworks,
    releases = excluded.releases
WHERE o IS DISTINCT FROM excluded
