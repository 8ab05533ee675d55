-- A press that its person was told to repeat changes nothing any more. Its words may lie on a stalled line for minutes, and
-- what is sent cannot be taken back: so each press brings the moment, by the database's own clock, from which on it is too
-- late. It comes as a setting of its transaction, `verstak.press_until` (milliseconds since 1970), and the functions of 0022
-- keep their names for the servers of the release before, which set none.

-- As in 0022, but for the deadline. It is looked at when the press has its place in the log: all waiting is over then. The
-- epoch is read after that, too, or a restore that is adopted meanwhile would leave the receipt with the one before.
CREATE OR REPLACE FUNCTION answer_press(
    presser uuid, pressed text, of_order uuid, press text, seen integer, said text)
RETURNS text LANGUAGE plpgsql AS $$
#variable_conflict use_variable
DECLARE
    until    bigint := nullif(current_setting('verstak.press_until', true), '')::bigint;
    number   bigint := settle(of_order);
    place    text   := board_epoch() || '.' || number;
    answered text;
BEGIN
    IF extract(epoch FROM clock_timestamp()) * 1000 > until THEN
        RAISE EXCEPTION 'the press came too late' USING ERRCODE = 'query_canceled';
    END IF;
    INSERT INTO command_receipts (user_id, command, order_id, request_id, version, reason, answer)
    SELECT presser, pressed, of_order, press, seen, said,
           json_build_object('revision', place, 'order', e.payload -> 'card')::text
    FROM board_entries e
    WHERE e.id = of_order
    RETURNING answer INTO STRICT answered;
    RETURN answered;
END $$;
