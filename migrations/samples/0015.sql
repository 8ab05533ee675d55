INSERT INTO slow_reports (at, path, device, about, trace, timings)
VALUES (now(), '/', 'tablet', '4 cores, 4 GB, 1280 × 800, 4g', '4bf92f3577b34da6a3ce929d0e0e4736', '{"first_byte": 912.5}');
