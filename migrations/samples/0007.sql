INSERT INTO outbox (message_id, order_id, routing_key, payload, published_at)
VALUES (gen_random_uuid(), '00000000-0000-7000-8000-000000000012', 'order.completed', '{}', now());
