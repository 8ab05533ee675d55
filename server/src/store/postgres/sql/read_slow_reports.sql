SELECT at, path, device, about, trace, timings FROM slow_reports ORDER BY at DESC, id DESC LIMIT $1
