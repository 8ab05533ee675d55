SELECT id, login, name, role, password_hash, disabled_at IS NOT NULL AS disabled, seen_at FROM users WHERE login = $1
