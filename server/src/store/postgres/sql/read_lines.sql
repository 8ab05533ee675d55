SELECT line, standing, min(since) AS since, count(*) AS servers
FROM broker_lines
WHERE server <> $1 AND told_at >= $2
GROUP BY line, standing
