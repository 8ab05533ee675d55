-- Nothing is opened for somebody who was disabled, or whose password was changed, since it was checked.
INSERT INTO sessions (token_hash, user_id, created_at, expires_at)
SELECT $1, u.id, $3, $4 FROM users u WHERE u.id = $2 AND u.disabled_at IS NULL AND u.password_hash = $5 FOR SHARE
