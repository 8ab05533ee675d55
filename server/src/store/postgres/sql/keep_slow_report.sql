INSERT INTO slow_reports (at, path, device, about, trace, timings) VALUES ($1, $2, $3, $4, $5, $6)
