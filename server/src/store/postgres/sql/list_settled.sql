SELECT d.id, substring(d.body FOR $2) AS excerpt, d.outcome, d.settled_at, u.name
FROM dead_letters d LEFT JOIN users u ON u.id = d.settled_by
WHERE d.settled_at IS NOT NULL
ORDER BY d.settled_at DESC
LIMIT $1
