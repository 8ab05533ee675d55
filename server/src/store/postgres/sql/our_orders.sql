-- Our side of a reconciliation: what is on the board, and what was asked about by id.
SELECT o.id, o.number, o.status, s.source_version, o.channel, o.title, o.material, o.size, o.quantity,
       o.price::text AS price, o.price_currency, o.pay::text AS pay, o.pay_currency, o.priority, o.comment, o.due_at,
       o.model_key, o.model_size, o.model_declared
FROM orders o LEFT JOIN source_orders s ON s.order_id = o.id
WHERE o.status NOT IN ('SHIPPED', 'CANCELLED') OR o.id = ANY ($1)
