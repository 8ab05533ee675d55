-- Only whose order it was can say that they know.
INSERT INTO cancellations_noted (order_id, at)
SELECT id, $3 FROM orders WHERE id = $1 AND operator_id = $2 AND status = 'CANCELLED'
ON CONFLICT (order_id) DO NOTHING
