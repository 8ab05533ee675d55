-- A press of a button is one statement that commits itself. Between the statements of a transaction its server may fall silent,
-- and until the database ends it everybody waits for the order, and for the clock, that it holds.

-- The answer to a press that has just changed its order, kept for the same press sent again: `{"revision","order"}` as JSON.
-- The place in the log first: from then on nobody else changes what the card shows.
CREATE FUNCTION answer_press(presser uuid, pressed text, of_order uuid, press text, seen integer, said text)
RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    place    text := board_epoch() || '.' || settle(of_order);
    answered text;
BEGIN
    INSERT INTO command_receipts (user_id, command, order_id, request_id, version, reason, answer)
    SELECT presser, pressed, of_order, press, seen, said,
           json_build_object('revision', place, 'order', e.payload -> 'card')::text
    FROM board_entries e
    WHERE e.id = of_order
    RETURNING answer INTO STRICT answered;
    RETURN answered;
END $$;

-- A command: the change, its place in the order's history, the news of it and the answer. NULL: something stood in the way
-- (find_obstacle.sql says what), and nothing has changed. `anybodys`: also when somebody else has the order.
CREATE FUNCTION press_command(
    of_order uuid, seen integer, comes_from text, leads_to text, presser uuid, pressed text, said text,
    pressed_at timestamptz, press text, anybodys boolean, news uuid, news_key text, trace text)
RETURNS text LANGUAGE plpgsql SET lock_timeout = '3s' AS $$
DECLARE
    changed record;
BEGIN
    UPDATE orders o
    SET status = leads_to,
        version = o.version + 1,
        status_since = greatest(o.status_since, pressed_at),
        traceparent = goes_on(o.traceparent, trace),
        operator_id = CASE pressed WHEN 'take' THEN presser WHEN 'release' THEN NULL ELSE o.operator_id END,
        -- Whoever takes it never saw the model that another one worked to.
        model_before = CASE WHEN pressed NOT IN ('take', 'release') THEN o.model_before END,
        model_before_bytes = CASE WHEN pressed NOT IN ('take', 'release') THEN o.model_before_bytes END,
        model_before_facts = CASE WHEN pressed NOT IN ('take', 'release') THEN o.model_before_facts END
    WHERE o.id = of_order
      AND o.version = seen
      AND o.status = comes_from
      AND (pressed = 'take' OR o.operator_id = presser OR anybodys)
      AND NOT EXISTS (SELECT FROM command_receipts r
                      WHERE r.user_id = presser AND r.command = pressed AND r.order_id = of_order AND r.request_id = press)
    RETURNING o.number, o.status, o.version, o.status_since, o.operator_id, o.traceparent INTO changed;
    IF NOT FOUND THEN RETURN NULL; END IF;
    INSERT INTO order_history (order_id, status, at, source, command, operator_id, reason, message_id, trace_id)
    VALUES (of_order, changed.status, changed.status_since, 'mes', pressed, presser, said, news,
            substring(changed.traceparent FROM 4 FOR 32));
    INSERT INTO outbox (message_id, order_id, routing_key, payload)
    SELECT news, of_order, news_key,
           jsonb_build_object(
               'message_id', news, 'type', news_key, 'occurred_at', wire_time(changed.status_since),
               'traceparent', changed.traceparent,
               'order', jsonb_build_object(
                   'id', of_order, 'number', changed.number, 'status', changed.status, 'version', changed.version,
                   'operator', (SELECT jsonb_build_object('login', u.login, 'name', u.name)
                                FROM users u WHERE u.id = changed.operator_id)));
    RETURN answer_press(presser, pressed, of_order, press, seen, said);
END $$;

-- A supervisor's word about the pay of a free order, the same way. An amount of 0 takes the bonus back.
CREATE FUNCTION press_bonus(
    of_order uuid, seen integer, presser uuid, put numeric, said text, pressed_at timestamptz, press text, trace text)
RETURNS text LANGUAGE plpgsql SET lock_timeout = '3s' AS $$
DECLARE
    changed record;
BEGIN
    UPDATE orders o
    SET bonus = nullif(put, 0),
        bonus_currency = CASE WHEN put > 0 THEN coalesce(o.pay_currency, o.price_currency) END,
        version = o.version + 1,
        traceparent = goes_on(o.traceparent, trace)
    WHERE o.id = of_order AND o.version = seen AND o.status = 'MANUFACTURING_APPROVED'
      AND NOT EXISTS (SELECT FROM command_receipts r
                      WHERE r.user_id = presser AND r.command = 'bonus' AND r.order_id = of_order AND r.request_id = press)
    RETURNING o.status_since, greatest(o.status_since, pressed_at) AS put_at, o.traceparent,
              coalesce(o.bonus_currency, o.pay_currency, o.price_currency) AS currency
    INTO changed;
    IF NOT FOUND THEN RETURN NULL; END IF;
    INSERT INTO order_history (order_id, status, at, source, command, operator_id, reason, trace_id)
    VALUES (of_order, 'BONUS', changed.put_at, 'mes', 'bonus', presser, said || ' ' || changed.currency,
            substring(changed.traceparent FROM 4 FOR 32));
    INSERT INTO order_bonuses (order_id, at, user_id, amount, currency, free_since)
    VALUES (of_order, changed.put_at, presser, put, changed.currency, changed.status_since);
    RETURN answer_press(presser, 'bonus', of_order, press, seen, said);
END $$;

-- An operator's word that they have seen the other model of their order and work to it, the same way. It counts for the file
-- that was looked at, and for no other.
CREATE FUNCTION press_confirm(
    of_order uuid, seen integer, presser uuid, looked_at text, pressed_at timestamptz, press text, trace text)
RETURNS text LANGUAGE plpgsql SET lock_timeout = '3s' AS $$
DECLARE
    worked_to text;
    changed   record;
BEGIN
    SELECT o.model_before INTO worked_to FROM orders o WHERE o.id = of_order FOR UPDATE;
    UPDATE orders o
    SET model_before = NULL, model_before_bytes = NULL, model_before_facts = NULL,
        version = o.version + 1,
        traceparent = goes_on(o.traceparent, trace)
    WHERE o.id = of_order AND o.version = seen AND o.operator_id = presser
      AND o.status NOT IN ('MANUFACTURING_APPROVED', 'SHIPPED', 'CANCELLED')
      AND o.model_before IS NOT NULL AND o.model_state = 'ready' AND o.model_sha256 = looked_at
      AND NOT EXISTS (SELECT FROM command_receipts r
                      WHERE r.user_id = presser AND r.command = 'confirm' AND r.order_id = of_order AND r.request_id = press)
    RETURNING greatest(o.status_since, pressed_at) AS confirmed_at, o.traceparent INTO changed;
    IF NOT FOUND THEN RETURN NULL; END IF;
    INSERT INTO order_history (order_id, status, at, source, command, operator_id, trace_id)
    VALUES (of_order, 'MODEL_CONFIRMED', changed.confirmed_at, 'mes', 'confirm', presser,
            substring(changed.traceparent FROM 4 FOR 32));
    INSERT INTO model_confirmations (order_id, at, user_id, before, after)
    VALUES (of_order, changed.confirmed_at, presser, worked_to, looked_at);
    RETURN answer_press(presser, 'confirm', of_order, press, seen, looked_at);
END $$;
