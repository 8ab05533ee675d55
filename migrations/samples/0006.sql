UPDATE users SET seen_at = '2026-11-23T08:15:00Z' WHERE login = 'anna';
INSERT INTO saved_views (id, user_id, slot, name, query)
VALUES ('00000000-0000-7000-8000-000000000021', '00000000-0000-7000-8000-000000000001', 1, 'Срочные', 'rush=1');
