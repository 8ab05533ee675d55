-- Orders that went on at or after $1, the newest first, each with its seconds in every stage of the workshop (those that
-- have ended).
SELECT ARRAY[
    o.number, o.title, o.status, coalesce(u.name, ''), wire_time(f.approved_at), coalesce(wire_time(f.ended_at), ''),
    coalesce(f.working::text, ''), coalesce(f.waiting::text, ''), coalesce(f.held::text, ''),
    f.reworks::text, f.releases::text,
    s.handover::text, s.free::text, s.bench::text, s.made::text, s.packing::text]
FROM (SELECT * FROM flow_orders WHERE ended_at >= $1 OR ended_at IS NULL ORDER BY approved_at DESC LIMIT $2) AS f
JOIN orders o ON o.id = f.order_id
LEFT JOIN users u ON u.id = o.operator_id
CROSS JOIN LATERAL (
    SELECT coalesce(sum(seconds) FILTER (WHERE stage = 'handover'), 0) AS handover,
           coalesce(sum(seconds) FILTER (WHERE stage = 'free'), 0) AS free,
           coalesce(sum(seconds) FILTER (WHERE stage = 'bench'), 0) AS bench,
           coalesce(sum(seconds) FILTER (WHERE stage = 'made'), 0) AS made,
           coalesce(sum(seconds) FILTER (WHERE stage = 'packing'), 0) AS packing
    FROM flow_stays WHERE order_id = f.order_id) AS s
ORDER BY f.approved_at DESC
