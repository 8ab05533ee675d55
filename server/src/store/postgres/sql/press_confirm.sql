-- A confirmation, decided by the database like any command (migrations/0022_press.sql).
SELECT press_confirm($1, $2, $3, $4, $5, $6, $7)
FROM set_config('verstak.press_until', $8::bigint::text, true)
