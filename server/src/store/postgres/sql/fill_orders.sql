INSERT INTO orders (id, number, channel, title, material, size, quantity, price, price_currency, pay, pay_currency,
                    priority, comment, due_at, status, status_since, approved_at, version, operator_id,
                    model_key, model_size, model_state, model_sha256, model_bytes, model_facts)
SELECT id, number, channel, title, material, size, quantity, price, 'RUB', pay, 'RUB',
       priority, comment, due_at, status, status_since, approved_at, version, operator_id,
       model_key, model_bytes, CASE WHEN model_key IS NULL THEN 'none' ELSE 'ready' END,
       model_sha256, model_bytes, model_facts
FROM jsonb_to_recordset($1::jsonb) AS planned (
    id uuid, number text, channel text, title text, material text, size text, quantity integer, price numeric,
    pay numeric, priority text, comment text, due_at timestamptz, status text, status_since timestamptz,
    approved_at timestamptz, version integer, operator_id uuid, model_key text, model_sha256 text,
    model_bytes bigint, model_facts jsonb)
