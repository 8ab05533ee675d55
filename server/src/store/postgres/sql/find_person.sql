SELECT id, login, name, role, password_hash, disabled_at IS NOT NULL AS disabled FROM users WHERE login = $1
