DELETE FROM slow_reports WHERE at <= $1
