-- A bonus, decided by the database like any command (migrations/0022_press.sql). The amount is told by text.
SELECT press_bonus($1, $2, $3, $4::text::numeric, $4::text, $5, $6, $7)
FROM set_config('verstak.press_until', $8::bigint::text, true)
