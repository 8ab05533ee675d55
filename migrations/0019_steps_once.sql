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
