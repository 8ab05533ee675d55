-- The shop's facts change; status and operator are the workshop's. A file that is named anew, or that could not be
-- used, is fetched again.
WITH named AS (
    SELECT o.id,
           $15::text IS NOT NULL
           AND ((o.model_key, o.model_declared, o.model_size) IS DISTINCT FROM ($15::text, $17::text, $16::bigint)
                OR o.model_state IN ('missing', 'refused', 'mismatch')) AS anew
    FROM orders o WHERE o.id = $1 FOR UPDATE
)
UPDATE orders o
SET number = $2, channel = $3, title = $4, material = $5, size = $6, quantity = $7,
    price = $8::text::numeric, price_currency = $9, pay = $10::text::numeric, pay_currency = $11,
    priority = $12, comment = $13, due_at = $14,
    version = o.version + 1,
    traceparent = coalesce($19, o.traceparent),
    model_key = $15, model_size = $16, model_declared = $17,
    model_state = CASE WHEN $15::text IS NULL THEN 'none' WHEN n.anew THEN 'pending' ELSE o.model_state END,
    model_sha256 = CASE WHEN $15::text IS NOT NULL AND NOT n.anew THEN o.model_sha256 END,
    model_bytes = CASE WHEN $15::text IS NOT NULL AND NOT n.anew THEN o.model_bytes END,
    model_facts = CASE WHEN $15::text IS NOT NULL AND NOT n.anew THEN o.model_facts END,
    model_problem = CASE WHEN $15::text IS NOT NULL AND NOT n.anew THEN o.model_problem END,
    model_try_at = CASE WHEN n.anew THEN $18::timestamptz WHEN $15::text IS NOT NULL THEN o.model_try_at END,
    model_tries = CASE WHEN n.anew THEN 0 ELSE o.model_tries END
FROM named n
WHERE o.id = n.id AND o.status NOT IN ('SHIPPED', 'CANCELLED')
