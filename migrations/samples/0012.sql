INSERT INTO flow_stays (order_id, place, stage, began_at, ended_at, seconds, held, operator_id, again, given_back)
VALUES ('00000000-0000-7000-8000-000000000013', 0, 'free', '2026-11-23T08:15:02Z', '2026-11-23T09:15:02Z', 3600, 0,
        NULL, false, false);
INSERT INTO flow_orders (order_id, approved_at, reworks, releases)
VALUES ('00000000-0000-7000-8000-000000000013', '2026-11-23T08:15:00Z', 0, 0);
INSERT INTO flow_days (day, stage, entered, gone) VALUES ('2026-11-23', 'free', 1, 1);
INSERT INTO flow_day_orders (day, arrived, shipped, cancelled) VALUES ('2026-11-23', 1, 0, 0);
