INSERT INTO users (id, login, name, role, password_hash, demo)
VALUES ($1, $2, $3, $4, $5, true)
ON CONFLICT (login) DO UPDATE SET password_hash = excluded.password_hash WHERE users.demo
RETURNING id
