INSERT INTO inbox (message_id, order_id, type, outcome, occurred_at)
VALUES (gen_random_uuid(), '00000000-0000-7000-8000-000000000011', 'order.status_changed', 'accepted', now());
INSERT INTO outbox (message_id, order_id, routing_key, payload)
VALUES (gen_random_uuid(), '00000000-0000-7000-8000-000000000012', 'order.started', '{}');
