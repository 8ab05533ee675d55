INSERT INTO orders (id, number, title, material, quantity, price, price_currency, status, status_since, approved_at,
                    operator_id, version)
VALUES ('00000000-0000-7000-8000-000000000011', 'M-1', 'Кольцо', 'silver-925', 1, 100, 'RUB',
        'MANUFACTURING_APPROVED', now(), now(), NULL, 1),
       ('00000000-0000-7000-8000-000000000012', 'M-2', 'Серьги', 'silver-925', 2, 200, 'RUB',
        'MANUFACTURING_STARTED', now(), now(), '00000000-0000-7000-8000-000000000001', 2),
       ('00000000-0000-7000-8000-000000000013', 'M-3', 'Кулон', 'silver-925', 1, 300, 'RUB',
        'SHIPPED', now(), now(), '00000000-0000-7000-8000-000000000001', 5);
INSERT INTO order_history (order_id, status, at, source, command, operator_id)
VALUES ('00000000-0000-7000-8000-000000000012', 'MANUFACTURING_STARTED', now(), 'mes', 'take',
        '00000000-0000-7000-8000-000000000001');
