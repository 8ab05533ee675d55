SELECT (SELECT count(*) FROM orders) AS orders,
       (SELECT count(*) FROM users WHERE NOT demo) AS people,
       (SELECT count(*) FROM users WHERE demo) AS demo_people
