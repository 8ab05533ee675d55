-- A year behind the board: 165,000 orders that were shipped, with six steps and more each. As the administrator, because
-- a million rows through the triggers of a live board are a day's work; what they would have done is done below.
SET session_replication_role = replica;
INSERT INTO orders (id, number, title, material, quantity, price, price_currency, pay, pay_currency, status, status_since,
                    approved_at, version, operator_id)
SELECT md5('year' || n)::uuid, 'Y-' || n, 'Кольцо', 'silver-925', 1, 9000, 'RUB', 900, 'RUB', 'SHIPPED',
       now() - make_interval(secs => n * 190.0), now() - make_interval(secs => n * 190.0 + 400000), 5,
       (SELECT id FROM users WHERE role = 'operator' ORDER BY login LIMIT 1 OFFSET n % 2)
FROM generate_series(1, 165000) AS n;
INSERT INTO order_history (order_id, status, at, source, command, operator_id, reason)
SELECT o.id, step.status, o.approved_at + make_interval(secs => step.at + (hashtext(o.number || step.place) & 4095) * step.spread),
       CASE WHEN step.command IS NULL THEN 'shop' ELSE 'mes' END, step.command,
       CASE WHEN step.command IS NOT NULL THEN o.operator_id END, step.reason
FROM orders o
JOIN LATERAL (VALUES
    (0, 'PRICE_CALCULATED', -9000.0, 0.0, NULL, NULL, 1),
    (1, 'MANUFACTURING_APPROVED', 0.0, 0.0, NULL, NULL, 1),
    (2, 'MANUFACTURING_STARTED', 7200.0, 20.0, 'take', NULL, 1),
    (3, 'MANUFACTURING_COMPLETED', 130000.0, 15.0, 'complete', NULL, 1),
    (4, 'MANUFACTURING_STARTED', 200000.0, 5.0, 'rework', 'брак литья', 12),
    (5, 'MANUFACTURING_COMPLETED', 240000.0, 5.0, 'complete', NULL, 12),
    (6, 'PACKAGING', 270000.0, 8.0, 'pack', NULL, 1),
    (7, 'SHIPPED', 400000.0, 0.0, 'ship', NULL, 1)
) AS step (place, status, at, spread, command, reason, every) ON hashtext(o.number) % step.every = 0
WHERE o.number LIKE 'Y-%'
ORDER BY o.approved_at, step.place;
INSERT INTO flow_due (order_id) SELECT id FROM orders WHERE number LIKE 'Y-%';
SET session_replication_role = DEFAULT;
ANALYZE orders; ANALYZE order_history;
