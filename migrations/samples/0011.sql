INSERT INTO order_history (order_id, status, at, source, message_id, noted_at, trace_id)
VALUES ('00000000-0000-7000-8000-000000000013', 'MANUFACTURING_APPROVED', '2026-11-23T08:15:00Z', 'shop',
        gen_random_uuid(), '2026-11-23T08:15:02Z', '4bf92f3577b34da6a3ce929d0e0e4736');
