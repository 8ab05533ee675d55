-- Of the orders shipped since $1 those that took longest in the workshop.
SELECT e.payload::text
FROM (SELECT order_id, ended_at - approved_at AS took FROM flow_orders
      WHERE outcome = 'shipped' AND ended_at >= $1 ORDER BY took DESC, order_id LIMIT $2) AS slowest
JOIN board_entries e ON e.id = slowest.order_id
ORDER BY slowest.took DESC, slowest.order_id
