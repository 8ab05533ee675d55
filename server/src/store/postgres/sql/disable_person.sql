-- The users' trigger ends the person's sessions.
UPDATE users SET disabled_at = $2 WHERE login = $1 AND disabled_at IS NULL
