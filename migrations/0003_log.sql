-- The log of the board: every change of an actual order, numbered without gaps in the order of the commits.

CREATE TABLE board_clock (
    id                integer PRIMARY KEY CONSTRAINT board_clock_single CHECK (id = 1),
    rev               bigint NOT NULL,
    -- Added to the timeline. A restore into a new cluster begins at timeline 1 again, with an older rev; the first
    -- server that meets it sees another system identifier and steps the epoch on (adopt.sql).
    epoch_base        integer NOT NULL DEFAULT 0,
    system_identifier bigint
) WITH (fillfactor = 10);
INSERT INTO board_clock (id, rev) VALUES (1, 0);

-- The timeline that this server writes now. The control file's lags behind after a promotion.
CREATE FUNCTION board_epoch() RETURNS integer LANGUAGE sql STABLE AS $$
    SELECT epoch_base + ('x' || left(pg_walfile_name(pg_current_wal_lsn()), 8))::bit(32)::integer
    FROM board_clock WHERE id = 1
$$;

CREATE TABLE order_events (
    rev          bigint PRIMARY KEY,
    order_id     uuid NOT NULL,
    version      integer NOT NULL,
    kind         text NOT NULL CONSTRAINT order_events_kind_known CHECK (kind IN ('upsert', 'remove')),
    -- The whole entry as JSON text, null for a removal.
    payload      text CONSTRAINT order_events_payload_by_kind CHECK ((kind = 'upsert') = (payload IS NOT NULL)),
    committed_at timestamptz NOT NULL,
    xact         xid8 NOT NULL
);
CREATE INDEX order_events_order ON order_events (order_id, rev DESC);

CREATE FUNCTION wire_time(moment timestamptz) RETURNS text LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT to_char(moment AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')
$$;

-- The one definition of what the board knows of an order; the log and the full refresh both read it.
CREATE VIEW board_entries AS
SELECT o.id,
       o.status,
       o.version,
       jsonb_build_object(
           'card', jsonb_build_object(
               'id', o.id, 'number', o.number, 'title', o.title, 'status', o.status, 'version', o.version,
               'operator', CASE WHEN u.id IS NOT NULL THEN jsonb_build_object('login', u.login, 'name', u.name) END,
               'approved_at', wire_time(o.approved_at), 'status_since', wire_time(o.status_since),
               'due_at', wire_time(o.due_at), 'priority', o.priority, 'material', o.material, 'size', o.size,
               'quantity', o.quantity,
               'price', jsonb_build_object('amount', o.price::text, 'currency', o.price_currency),
               'pay', CASE WHEN o.pay IS NOT NULL
                           THEN jsonb_build_object('amount', o.pay::text, 'currency', o.pay_currency) END,
               'comment', o.comment,
               'model', CASE WHEN o.model_state = 'ready'
                             THEN jsonb_build_object('sha256', o.model_sha256, 'size', o.model_bytes) END,
               'model_state', o.model_state),
           'channel', o.channel,
           'history', coalesce(h.steps, '[]'::jsonb),
           'model_facts', o.model_facts,
           'model_problem', o.model_problem) AS payload
FROM orders o
LEFT JOIN users u ON u.id = o.operator_id
LEFT JOIN LATERAL (
    SELECT jsonb_agg(jsonb_build_object(
               'status', s.status, 'at', wire_time(s.at), 'reason', s.reason,
               'by', CASE WHEN a.id IS NOT NULL THEN jsonb_build_object('login', a.login, 'name', a.name) END)
           ORDER BY s.at, s.id) AS steps
    FROM order_history s LEFT JOIN users a ON a.id = s.operator_id
    WHERE s.order_id = o.id) h ON true;

-- Writes one event with the order's final state. The clock row is locked here, at commit, so that the numbers
-- follow the commits and are held for a moment only. It is locked before the state is read: another transaction
-- may be changing what this card shows in another table, and whoever comes second must see what the first wrote.
CREATE FUNCTION log_order(changed uuid, was_actual boolean) RETURNS void LANGUAGE plpgsql AS $$
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
    PERFORM pg_notify('board', number::text);
END $$;

CREATE FUNCTION order_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        PERFORM log_order(NEW.id, false);
    ELSIF TG_OP = 'DELETE' THEN
        PERFORM log_order(OLD.id, OLD.status NOT IN ('SHIPPED', 'CANCELLED'));
    ELSE
        IF OLD.id <> NEW.id THEN PERFORM log_order(OLD.id, OLD.status NOT IN ('SHIPPED', 'CANCELLED')); END IF;
        PERFORM log_order(NEW.id, OLD.status NOT IN ('SHIPPED', 'CANCELLED'));
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER order_changed AFTER INSERT OR UPDATE OR DELETE ON orders
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION order_changed();

CREATE FUNCTION history_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN PERFORM log_order(OLD.order_id, false); END IF;
    IF TG_OP <> 'DELETE' THEN PERFORM log_order(NEW.order_id, false); END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER history_changed AFTER INSERT OR UPDATE OR DELETE ON order_history
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION history_changed();

-- A card shows its operator's name, and a history the names of all who worked on it. The clock first, here too: an
-- order that is being taken under the old name must be among those that are read.
CREATE FUNCTION operator_renamed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM FROM board_clock WHERE id = 1 FOR NO KEY UPDATE;
    PERFORM log_order(o.id, false) FROM orders o
        WHERE o.status NOT IN ('SHIPPED', 'CANCELLED')
          AND (o.operator_id = NEW.id
               OR EXISTS (SELECT FROM order_history h WHERE h.order_id = o.id AND h.operator_id = NEW.id));
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER operator_renamed AFTER UPDATE OF name, login ON users
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
    WHEN (OLD.name <> NEW.name OR OLD.login <> NEW.login) EXECUTE FUNCTION operator_renamed();

-- Row triggers do not see TRUNCATE, so the board would not either.
CREATE FUNCTION refuse_truncate() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'TRUNCATE of % would leave the board behind: use DELETE', TG_TABLE_NAME;
END $$;
CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON orders EXECUTE FUNCTION refuse_truncate();
CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON order_history EXECUTE FUNCTION refuse_truncate();
CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON users EXECUTE FUNCTION refuse_truncate();
CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON order_events EXECUTE FUNCTION refuse_truncate();
CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON board_clock EXECUTE FUNCTION refuse_truncate();
