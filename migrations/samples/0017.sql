INSERT INTO cancellations_noted (order_id, at) SELECT id, now() FROM orders WHERE number = 'M-2';
