-- A supervisor's word about the pay of a free order, decided by the database like any command: no row, and something stood
-- in the way (find_obstacle.sql says what). An amount of 0 takes the bonus back.
WITH changed AS (
    UPDATE orders o
    SET bonus = nullif($4::text::numeric, 0),
        bonus_currency = CASE WHEN $4::text::numeric > 0 THEN coalesce(o.pay_currency, o.price_currency) END,
        version = o.version + 1,
        traceparent = goes_on(o.traceparent, $7)
    WHERE o.id = $1 AND o.version = $2 AND o.status = 'MANUFACTURING_APPROVED'
      AND NOT EXISTS (SELECT FROM command_receipts r
                      WHERE r.user_id = $3 AND r.command = 'bonus' AND r.order_id = $1 AND r.request_id = $6)
    RETURNING o.id, o.version, o.status_since, o.traceparent,
              coalesce(o.bonus_currency, o.pay_currency, o.price_currency) AS currency
), noted AS (
    INSERT INTO order_history (order_id, status, at, source, command, operator_id, reason, trace_id)
    SELECT id, 'BONUS', greatest(status_since, $5), 'mes', 'bonus', $3, $4::text || ' ' || currency,
           substring(traceparent FROM 4 FOR 32)
    FROM changed
), kept AS (
    INSERT INTO order_bonuses (order_id, at, user_id, amount, currency, free_since)
    SELECT id, greatest(status_since, $5), $3, $4::text::numeric, currency, status_since FROM changed
)
SELECT version FROM changed
