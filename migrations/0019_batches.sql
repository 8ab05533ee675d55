-- A step that came with a change of its order is in the event that this change has written already, and need not be looked
-- at again: half of what a batch of messages costs is what the log does at its commit. Steps that are changed or deleted
-- are looked at whatever the numbers say.
CREATE OR REPLACE FUNCTION history_changed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    logged bigint;
BEGIN
    IF TG_OP <> 'INSERT' THEN PERFORM log_order(OLD.order_id, false); END IF;
    IF TG_OP = 'INSERT' THEN
        SELECT CASE WHEN e.xact = pg_current_xact_id() THEN jsonb_array_length(e.payload::jsonb -> 'history') END
            INTO logged FROM order_events e WHERE e.order_id = NEW.order_id ORDER BY e.rev DESC LIMIT 1;
        -- This transaction has held the clock since then: nobody else has changed what the card shows.
        IF logged = (SELECT count(*) FROM order_history h WHERE h.order_id = NEW.order_id) THEN RETURN NULL; END IF;
    END IF;
    IF TG_OP <> 'DELETE' THEN PERFORM log_order(NEW.order_id, false); END IF;
    RETURN NULL;
END $$;

-- As in 0003, but for what is told: that there is something to read, once a transaction (equal words are told once) and
-- not once an order. Whoever hears it reads the log.
CREATE OR REPLACE FUNCTION log_order(changed uuid, was_actual boolean) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    entry   record;
    logged  record;
    number  bigint;
BEGIN
    PERFORM FROM board_clock WHERE id = 1 FOR NO KEY UPDATE;
    SELECT e.version, e.payload::text AS payload INTO entry FROM board_entries e
        WHERE e.id = changed AND e.status NOT IN ('SHIPPED', 'CANCELLED');
    SELECT v.kind, v.payload INTO logged FROM order_events v
        WHERE v.order_id = changed ORDER BY v.rev DESC LIMIT 1;
    IF logged.kind IS NULL THEN
        IF entry.payload IS NULL AND NOT was_actual THEN RETURN; END IF;
    ELSIF logged.payload IS NOT DISTINCT FROM entry.payload THEN
        RETURN; -- the log says just this already: what changed is nothing that the board knows of the order
    END IF;
    UPDATE board_clock SET rev = rev + 1 WHERE id = 1 RETURNING rev INTO STRICT number;
    INSERT INTO order_events VALUES (
        number, changed, coalesce(entry.version, 0),
        CASE WHEN entry.payload IS NULL THEN 'remove' ELSE 'upsert' END,
        entry.payload, clock_timestamp(), pg_current_xact_id());
    PERFORM pg_notify('board', '');
END $$;
