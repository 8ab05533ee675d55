UPDATE orders SET bonus = 50, bonus_currency = 'RUB' WHERE number = 'M-3';
INSERT INTO order_bonuses (order_id, at, user_id, amount, currency, free_since)
VALUES ('00000000-0000-7000-8000-000000000013', now(), '00000000-0000-7000-8000-000000000001', 50, 'RUB', now());
