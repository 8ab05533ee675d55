INSERT INTO flow_promises (order_id, approved_at, days, promised, afterwards)
VALUES ('00000000-0000-7000-8000-000000000013', '2026-11-23T08:15:00Z', ARRAY['2026-11-30T20:59:59Z'::timestamptz],
        ARRAY['2026-11-30T20:59:59Z', '2026-12-04T20:59:59Z', '2026-12-09T20:59:59Z']::timestamptz[], true);
INSERT INTO flow_promise_days (day) VALUES ('2026-11-23');
