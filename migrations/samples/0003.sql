UPDATE orders SET title = 'Кольцо «Роса»' WHERE number = 'M-1';
