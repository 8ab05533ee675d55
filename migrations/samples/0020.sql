-- An event that says how many steps it tells of.
UPDATE orders SET comment = 'engrave' WHERE number = 'M-2';
