-- Messages in and out, each handled in the transaction of its effect.

CREATE TABLE inbox (
    message_id  uuid PRIMARY KEY,
    order_id    uuid NOT NULL,
    type        text NOT NULL,
    outcome     text NOT NULL CONSTRAINT inbox_outcome_known CHECK (outcome IN ('accepted', 'updated', 'ignored', 'stale')),
    occurred_at timestamptz NOT NULL,
    received_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX inbox_received ON inbox (received_at);

-- The last word of the source about each order, also of those that are not ours (yet): guards the order of messages.
CREATE TABLE source_orders (
    order_id       uuid PRIMARY KEY,
    number         text NOT NULL,
    status         text NOT NULL,
    source_version bigint NOT NULL CONSTRAINT source_orders_version_range CHECK (source_version >= 0),
    seen_at        timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE outbox (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    -- The place among the commits; null only until the commit.
    position     bigint,
    message_id   uuid NOT NULL CONSTRAINT outbox_message_key UNIQUE,
    order_id     uuid NOT NULL,
    routing_key  text NOT NULL,
    payload      jsonb NOT NULL,
    created_at   timestamptz NOT NULL DEFAULT now(),
    published_at timestamptz
);
CREATE INDEX outbox_waiting ON outbox (position, id) WHERE published_at IS NULL;

-- Identity numbers follow the inserts, not the commits; the clock's row lock makes the position follow the commits.
CREATE FUNCTION outbox_placed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE outbox SET position = (SELECT rev FROM board_clock WHERE id = 1 FOR UPDATE) WHERE id = NEW.id;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER outbox_placed AFTER INSERT ON outbox
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION outbox_placed();
