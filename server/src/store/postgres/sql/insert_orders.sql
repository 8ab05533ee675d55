-- Orders that are known already are left as they are; the ids of the others.
INSERT INTO orders (
    id, number, channel, title, material, size, quantity, price, price_currency, pay, pay_currency, priority,
    comment, due_at, model_key, model_size, model_declared,
    status, status_since, approved_at, model_state, model_try_at, traceparent)
SELECT f.id, f.number, f.channel, f.title, f.material, f.size, f.quantity, f.price::numeric, f.price_currency,
       f.pay::numeric, f.pay_currency, f.priority, f.comment, f.due_at, f.model_key, f.model_size, f.model_declared,
       'MANUFACTURING_APPROVED', f.approved_at, f.approved_at,
       CASE WHEN f.model_key IS NULL THEN 'none' ELSE 'pending' END,
       CASE WHEN f.model_key IS NOT NULL THEN $20::timestamptz END,
       f.traceparent
FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::integer[], $8::text[], $9::text[],
            $10::text[], $11::text[], $12::text[], $13::text[], $14::timestamptz[], $15::text[], $16::bigint[],
            $17::text[], $18::timestamptz[], $19::text[])
     AS f (id, number, channel, title, material, size, quantity, price, price_currency, pay, pay_currency, priority,
           comment, due_at, model_key, model_size, model_declared, approved_at, traceparent)
ORDER BY f.id
ON CONFLICT (id) DO NOTHING
RETURNING id
