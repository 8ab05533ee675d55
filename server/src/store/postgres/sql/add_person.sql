INSERT INTO users (id, login, name, role, password_hash, demo, created_at, seen_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $7)
