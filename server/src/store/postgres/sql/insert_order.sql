INSERT INTO orders (
    id, number, channel, title, material, size, quantity, price, price_currency, pay, pay_currency, priority,
    comment, due_at, model_key, model_size, model_declared,
    status, status_since, approved_at, model_state, model_try_at, traceparent)
VALUES (
    $1, $2, $3, $4, $5, $6, $7, $8::text::numeric, $9, $10::text::numeric, $11, $12, $13, $14, $15::text, $16, $17,
    'MANUFACTURING_APPROVED', $18, $18,
    CASE WHEN $15::text IS NULL THEN 'none' ELSE 'pending' END, CASE WHEN $15::text IS NOT NULL THEN $19::timestamptz END,
    $20)
ON CONFLICT (id) DO NOTHING
