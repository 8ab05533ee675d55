-- Runs the log's triggers now instead of at COMMIT and tells the order's place in the log: a command's answer names it
-- and is stored in the same transaction. To be called last: from here on the clock's row is locked.
CREATE FUNCTION settle(changed uuid) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    number bigint;
BEGIN
    SET CONSTRAINTS ALL IMMEDIATE;
    SELECT v.rev INTO STRICT number FROM order_events v
        WHERE v.order_id = changed AND v.xact = pg_current_xact_id() ORDER BY v.rev DESC LIMIT 1;
    RETURN number;
END $$;
