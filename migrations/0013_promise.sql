-- What each order was promised when it was approved (app/src/domain/promise): days by which it would be ready, to be held
-- against what became of it. Orders from before this table are promised afterwards, by what was known on their day.
CREATE TABLE flow_promises (
    order_id    uuid CONSTRAINT flow_promises_pkey PRIMARY KEY,
    approved_at timestamptz NOT NULL,
    -- The ends of the days by which as many of a hundred runs were ready as the program's grid of levels has.
    days        timestamptz[] NOT NULL,
    -- The ends of the days that were promised with 50, 85 and 95 %.
    promised    timestamptz[] NOT NULL CONSTRAINT flow_promises_three CHECK (cardinality(promised) = 3),
    -- Made afterwards.
    afterwards  boolean NOT NULL
);
CREATE INDEX flow_promises_approved ON flow_promises (approved_at);

-- Days of the calendar whose orders have been promised afterwards.
CREATE TABLE flow_promise_days (
    day date CONSTRAINT flow_promise_days_pkey PRIMARY KEY
);
