-- One press of a button, decided by the database (migrations/0022_press.sql), until the moment that it names last.
SELECT press_command($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
FROM set_config('verstak.press_until', $14::bigint::text, true)
