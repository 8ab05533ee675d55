-- The shop's facts change; status and operator are the workshop's. A file that is named anew, or that could not be
-- used, is fetched again. A bonus in another currency than the new pay's is gone. Of a taken order the file that its
-- operator works to is kept, until they have seen the other one (press_confirm).
WITH named AS (
    SELECT o.id,
           $15::text IS NOT NULL
           AND ((o.model_key, o.model_declared, o.model_size) IS DISTINCT FROM ($15::text, $17::text, $16::bigint)
                OR o.model_state IN ('missing', 'refused', 'mismatch')) AS anew,
           o.model_state = 'ready' AND o.operator_id IS NOT NULL AND o.model_before IS NULL AS worked_to
    FROM orders o WHERE o.id = $1 FOR UPDATE
)
UPDATE orders o
SET number = $2, channel = $3, title = $4, material = $5, size = $6, quantity = $7,
    price = $8::text::numeric, price_currency = $9, pay = $10::text::numeric, pay_currency = $11,
    bonus = CASE WHEN coalesce($11::text, o.bonus_currency) = o.bonus_currency THEN o.bonus END,
    bonus_currency = CASE WHEN coalesce($11::text, o.bonus_currency) = o.bonus_currency THEN o.bonus_currency END,
    priority = $12, comment = $13, due_at = $14,
    version = o.version + 1,
    traceparent = coalesce($19, o.traceparent),
    model_key = $15, model_size = $16, model_declared = $17,
    model_state = CASE WHEN $15::text IS NULL THEN 'none' WHEN n.anew THEN 'pending' ELSE o.model_state END,
    model_sha256 = CASE WHEN $15::text IS NOT NULL AND NOT n.anew THEN o.model_sha256 END,
    model_bytes = CASE WHEN $15::text IS NOT NULL AND NOT n.anew THEN o.model_bytes END,
    model_facts = CASE WHEN $15::text IS NOT NULL AND NOT n.anew THEN o.model_facts END,
    model_problem = CASE WHEN $15::text IS NOT NULL AND NOT n.anew THEN o.model_problem END,
    model_before = CASE WHEN n.worked_to AND (n.anew OR $15::text IS NULL) THEN o.model_sha256 ELSE o.model_before END,
    model_before_bytes = CASE WHEN n.worked_to AND (n.anew OR $15::text IS NULL) THEN o.model_bytes
                              ELSE o.model_before_bytes END,
    model_before_facts = CASE WHEN n.worked_to AND (n.anew OR $15::text IS NULL) THEN o.model_facts
                              ELSE o.model_before_facts END,
    model_try_at = CASE WHEN n.anew THEN $18::timestamptz WHEN $15::text IS NOT NULL THEN o.model_try_at END,
    model_tries = CASE WHEN n.anew THEN 0 ELSE o.model_tries END
FROM named n
WHERE o.id = n.id AND o.status NOT IN ('SHIPPED', 'CANCELLED')
