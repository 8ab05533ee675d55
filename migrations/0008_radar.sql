-- What a supervisor has to see of messages: those that could not be taken in, how many came, and whether they come.

-- Messages that could not be taken in, each once, however often the broker delivers it: for people to read, try again
-- and put away (docs/adr/0014). RabbitMQ keeps its own copy in mes.orders.dead until a letter is settled here.
CREATE TABLE dead_letters (
    id          uuid CONSTRAINT dead_letters_pkey PRIMARY KEY,
    -- SHA-256 of what was kept of the body: the same body is the same letter.
    digest      bytea NOT NULL CONSTRAINT dead_letters_digest_key UNIQUE
                CONSTRAINT dead_letters_digest_length CHECK (octet_length(digest) = 32),
    body        bytea NOT NULL CONSTRAINT dead_letters_body_length CHECK (octet_length(body) <= 65536),
    -- Of the whole body, of which the end may be missing here.
    bytes       bigint NOT NULL CONSTRAINT dead_letters_bytes_range CHECK (bytes >= octet_length(body)),
    reason      text NOT NULL CONSTRAINT dead_letters_reason_form CHECK (reason ~ '^[a-z_]{1,40}$'),
    detail      text NOT NULL CONSTRAINT dead_letters_detail_length CHECK (char_length(detail) <= 2000),
    -- When it was put aside for the first time and for the last, and how often.
    first_at    timestamptz NOT NULL,
    last_at     timestamptz NOT NULL CONSTRAINT dead_letters_last_after_first CHECK (last_at >= first_at),
    times       integer NOT NULL DEFAULT 1 CONSTRAINT dead_letters_times_positive CHECK (times > 0),
    -- How often it was tried again here and was still bad.
    tries       integer NOT NULL DEFAULT 0 CONSTRAINT dead_letters_tries_range CHECK (tries >= 0),
    tried_at    timestamptz,
    -- Nothing more is to be done about it: what became of it, and by whose word.
    settled_at  timestamptz,
    settled_by  uuid CONSTRAINT dead_letters_settled_by_fkey REFERENCES users,
    outcome     text CONSTRAINT dead_letters_outcome_known CHECK (outcome IN (
                    'accepted', 'updated', 'duplicate', 'ignored', 'stale', 'dismissed')),
    -- When RabbitMQ's copies of it were removed after that.
    cleared_at  timestamptz,
    CONSTRAINT dead_letters_settled_whole CHECK ((settled_at IS NULL) = (outcome IS NULL))
);
CREATE INDEX dead_letters_open ON dead_letters (first_at, id) WHERE settled_at IS NULL;
CREATE INDEX dead_letters_settled ON dead_letters (settled_at) WHERE settled_at IS NOT NULL;
CREATE INDEX dead_letters_to_clear ON dead_letters (settled_at) WHERE settled_at IS NOT NULL AND cleared_at IS NULL;

-- Messages counted by the minute, the door they came through and what became of them.
CREATE TABLE intake_tally (
    minute  timestamptz NOT NULL,
    door    text NOT NULL CONSTRAINT intake_tally_door_known CHECK (door IN ('http', 'amqp', 'replay', 'reconcile')),
    outcome text NOT NULL CONSTRAINT intake_tally_outcome_known CHECK (outcome IN (
                'accepted', 'updated', 'duplicate', 'ignored', 'stale', 'refused')),
    count   bigint NOT NULL CONSTRAINT intake_tally_count_positive CHECK (count > 0),
    CONSTRAINT intake_tally_pkey PRIMARY KEY (minute, door, outcome)
);

-- How each server's lines to the broker stand, told again every few seconds; who has not told for a while is gone.
CREATE TABLE broker_lines (
    server   uuid NOT NULL,
    line     text NOT NULL CONSTRAINT broker_lines_line_known CHECK (line IN ('intake', 'relay', 'letters')),
    standing text NOT NULL CONSTRAINT broker_lines_standing_known CHECK (standing IN (
                 'new', 'away', 'working', 'held', 'leaderless', 'misdeclared', 'forbidden')),
    since    timestamptz NOT NULL,
    told_at  timestamptz NOT NULL,
    CONSTRAINT broker_lines_pkey PRIMARY KEY (server, line)
);

-- Orders that the source has announced or gone on with, to be found when they were never approved here.
CREATE INDEX source_orders_announced ON source_orders (seen_at)
    WHERE status IN ('SUBMITTED', 'PRICE_CALCULATED', 'MANUFACTURING_APPROVED', 'MANUFACTURING_STARTED',
                     'MANUFACTURING_COMPLETED', 'PACKAGING', 'SHIPPED', 'CLOSED');
