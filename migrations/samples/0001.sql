INSERT INTO users (id, login, name, role, password_hash)
VALUES ('00000000-0000-7000-8000-000000000001', 'anna', 'Анна Ким', 'operator', 'x');
INSERT INTO sessions (token_hash, user_id, expires_at)
VALUES (decode(repeat('ab', 32), 'hex'), '00000000-0000-7000-8000-000000000001', now() + interval '1 day');
