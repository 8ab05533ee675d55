UPDATE orders SET model_before = repeat('cd', 32), model_before_bytes = 11320,
    model_before_facts = '{"size_mm": [19, 2, 1], "triangles": 12}' WHERE number = 'M-3';
INSERT INTO model_confirmations (order_id, at, user_id, before, after)
VALUES ('00000000-0000-7000-8000-000000000013', now(), '00000000-0000-7000-8000-000000000001', repeat('cd', 32),
        repeat('ab', 32));
