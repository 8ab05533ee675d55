-- Which of these sessions are alive, whose they are, and up to when that person has looked at the board.
SELECT s.token_hash, s.expires_at, u.seen_at, u.id, u.login, u.name, u.role
FROM sessions s JOIN users u ON u.id = s.user_id
WHERE s.token_hash = ANY ($1) AND s.expires_at > $2 AND u.disabled_at IS NULL
