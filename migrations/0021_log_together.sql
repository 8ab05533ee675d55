-- Orders that a batch of messages adds are logged together: the log looked at each of them by itself, and that was most of
-- what a batch cost. Whoever does not ask for this has every order logged at the commit, as before.

-- Logs orders that this transaction has added, with the steps that they have by now: one event each, numbered in the order of
-- their ids. Orders that the log knows already are left to the commit. The clock is held from here on, so it should be the
-- last thing that a transaction does.
CREATE FUNCTION log_new_orders(added uuid[]) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    last    bigint;
    many    bigint;
BEGIN
    SELECT rev INTO STRICT last FROM board_clock WHERE id = 1 FOR NO KEY UPDATE;
    INSERT INTO order_events (rev, order_id, version, kind, payload, committed_at, xact, traceparent, steps)
    SELECT last + row_number() OVER (ORDER BY entry.id), entry.id, entry.version, 'upsert', entry.payload::text,
           clock_timestamp(), pg_current_xact_id(), entry.traceparent, jsonb_array_length(entry.payload -> 'history')
    FROM unnest(added) AS asked (id)
    -- OFFSET 0: each order is found by its key. Without it a plan that was made while the table was small would go on reading
    -- all of it.
    CROSS JOIN LATERAL (
        SELECT e.id, e.version, e.payload, (SELECT o.traceparent FROM orders o WHERE o.id = e.id) AS traceparent
        FROM board_entries e
        WHERE e.id = asked.id AND e.status NOT IN ('SHIPPED', 'CANCELLED')
        OFFSET 0
    ) AS entry
    WHERE (SELECT true FROM order_events v WHERE v.order_id = asked.id LIMIT 1) IS NULL;
    GET DIAGNOSTICS many = ROW_COUNT;
    IF many = 0 THEN RETURN; END IF;
    UPDATE board_clock SET rev = rev + many WHERE id = 1;
    PERFORM pg_notify('board', '');
END $$;

-- As in 0003, but an order that was added and logged by this transaction is not looked at again. What changed it since then
-- is an update with a trigger of its own, and nobody else can have seen it.
CREATE OR REPLACE FUNCTION order_changed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    told boolean;
BEGIN
    IF TG_OP = 'INSERT' THEN
        SELECT e.xact = pg_current_xact_id() AND e.kind = 'upsert'
            INTO told FROM order_events e WHERE e.order_id = NEW.id ORDER BY e.rev DESC LIMIT 1;
        IF told THEN RETURN NULL; END IF;
        PERFORM log_order(NEW.id, false);
    ELSIF TG_OP = 'DELETE' THEN
        PERFORM log_order(OLD.id, OLD.status NOT IN ('SHIPPED', 'CANCELLED'));
    ELSE
        IF OLD.id <> NEW.id THEN PERFORM log_order(OLD.id, OLD.status NOT IN ('SHIPPED', 'CANCELLED')); END IF;
        PERFORM log_order(NEW.id, OLD.status NOT IN ('SHIPPED', 'CANCELLED'));
    END IF;
    RETURN NULL;
END $$;
