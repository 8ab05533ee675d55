-- Where the time of all orders goes: worked out from order_history in the background, by one server at a time
-- (docs/flow.md). Nothing here is the truth; all of it can be emptied and is filled again from the history.

-- Orders whose history has grown since they were last looked at. Commands and messages only ever append here, so that
-- nothing they do waits for the one who reads it.
CREATE TABLE flow_due (
    id       bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT flow_due_pkey PRIMARY KEY,
    order_id uuid NOT NULL
);

CREATE FUNCTION history_flows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO flow_due (order_id) SELECT DISTINCT order_id FROM touched;
    RETURN NULL;
END $$;
CREATE TRIGGER history_flows_in AFTER INSERT ON order_history
    REFERENCING NEW TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION history_flows();
CREATE TRIGGER history_flows_on AFTER UPDATE ON order_history
    REFERENCING NEW TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION history_flows();
CREATE TRIGGER history_flows_out AFTER DELETE ON order_history
    REFERENCING OLD TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION history_flows();
INSERT INTO flow_due (order_id) SELECT DISTINCT order_id FROM order_history;

-- Every stay of an order in a stage. The rules that make them are the domain's (app/src/domain/passport).
CREATE TABLE flow_stays (
    order_id    uuid NOT NULL,
    place       integer NOT NULL CONSTRAINT flow_stays_place_range CHECK (place >= 0),
    stage       text NOT NULL CONSTRAINT flow_stays_stage_form CHECK (stage ~ '^[a-z]{1,20}$'),
    began_at    timestamptz NOT NULL,
    -- Null while it goes on.
    ended_at    timestamptz,
    -- Of an ended stay: whole seconds, and how many of them the order was on hold.
    seconds     bigint CONSTRAINT flow_stays_seconds_range CHECK (seconds >= 0),
    held        bigint CONSTRAINT flow_stays_held_range CHECK (held BETWEEN 0 AND seconds),
    -- Whose the order was.
    operator_id uuid,
    -- It began with a step back, and it ended with the order given back.
    again       boolean NOT NULL,
    given_back  boolean NOT NULL,
    CONSTRAINT flow_stays_pkey PRIMARY KEY (order_id, place),
    CONSTRAINT flow_stays_ended CHECK ((ended_at IS NULL) = (seconds IS NULL) AND (seconds IS NULL) = (held IS NULL))
);
CREATE INDEX flow_stays_began ON flow_stays (began_at);
CREATE INDEX flow_stays_open ON flow_stays (stage) WHERE ended_at IS NULL;
CREATE INDEX flow_stays_ended ON flow_stays (ended_at) INCLUDE (stage, seconds, held) WHERE ended_at IS NOT NULL;

-- Every order that the workshop has had, from its approval on; sums of the workshop's part.
CREATE TABLE flow_orders (
    order_id    uuid CONSTRAINT flow_orders_pkey PRIMARY KEY,
    approved_at timestamptz NOT NULL,
    -- Null while it goes on.
    ended_at    timestamptz,
    outcome     text CONSTRAINT flow_orders_outcome_known CHECK (outcome IN ('shipped', 'cancelled')),
    working     bigint,
    waiting     bigint,
    held        bigint,
    reworks     integer NOT NULL,
    releases    integer NOT NULL,
    CONSTRAINT flow_orders_ended CHECK ((ended_at IS NULL) = (outcome IS NULL))
);
CREATE INDEX flow_orders_ended ON flow_orders (ended_at) WHERE ended_at IS NOT NULL;
CREATE INDEX flow_orders_approved ON flow_orders (approved_at);

-- Days of the workshop's calendar whose figures are to be worked out anew.
CREATE TABLE flow_days_due (
    day date NOT NULL CONSTRAINT flow_days_due_pkey PRIMARY KEY
);

-- What a day saw: how many stays of each stage began and ended.
CREATE TABLE flow_days (
    day     date NOT NULL,
    stage   text NOT NULL,
    entered integer NOT NULL,
    gone    integer NOT NULL,
    CONSTRAINT flow_days_pkey PRIMARY KEY (day, stage)
);

-- How many orders came and went that day.
CREATE TABLE flow_day_orders (
    day       date CONSTRAINT flow_day_orders_pkey PRIMARY KEY,
    arrived   integer NOT NULL,
    shipped   integer NOT NULL,
    cancelled integer NOT NULL
);

-- What each operator did that day; pay is that of the orders that were taken that day and not given back.
CREATE TABLE flow_day_people (
    day         date NOT NULL,
    operator_id uuid NOT NULL,
    taken       integer NOT NULL,
    given_back  integer NOT NULL,
    finished    integer NOT NULL,
    shipped     integer NOT NULL,
    -- [{"amount": "6900.00", "currency": "RUB"}, …]
    pay         jsonb NOT NULL,
    CONSTRAINT flow_day_people_pkey PRIMARY KEY (day, operator_id)
);

-- The last seven days of the calendar, today among them (period 0), and the seven before (period 1).
CREATE TABLE flow_stages (
    period smallint NOT NULL CONSTRAINT flow_stages_period_known CHECK (period IN (0, 1)),
    stage  text NOT NULL,
    stays  integer NOT NULL,
    -- Seconds that half and nine tenths of the stays took at most; by linear interpolation.
    p50    double precision NOT NULL,
    p90    double precision NOT NULL,
    CONSTRAINT flow_stages_pkey PRIMARY KEY (period, stage)
);
CREATE TABLE flow_periods (
    period  smallint CONSTRAINT flow_periods_pkey PRIMARY KEY CONSTRAINT flow_periods_known CHECK (period IN (0, 1)),
    shipped integer NOT NULL,
    -- Sums over the orders that were shipped, in seconds of their workshop's part.
    working bigint NOT NULL,
    waiting bigint NOT NULL,
    held    bigint NOT NULL,
    p50     double precision,
    p90     double precision
);

-- By which calendar the days are counted, and how far all of it has come.
CREATE TABLE flow_state (
    id             integer CONSTRAINT flow_state_pkey PRIMARY KEY CONSTRAINT flow_state_single CHECK (id = 1),
    -- Minutes ahead of UTC.
    calendar       integer,
    -- Everything that was committed before this moment is counted in, but for what still stands in flow_due.
    days_made_at   timestamptz,
    stages_made_at timestamptz
);
INSERT INTO flow_state (id) VALUES (1);
