-- Orders from their approval on, and every known step on their way.

CREATE TABLE orders (
    id             uuid PRIMARY KEY,
    number         text NOT NULL CONSTRAINT orders_number_key UNIQUE
                   CONSTRAINT orders_number_form CHECK (number ~ '^[A-Za-z0-9-]{1,32}$'),
    channel        text NOT NULL DEFAULT 'shop' CONSTRAINT orders_channel_known CHECK (channel IN ('shop', 'api')),
    title          text NOT NULL CONSTRAINT orders_title_length CHECK (char_length(title) BETWEEN 1 AND 200),
    material       text NOT NULL CONSTRAINT orders_material_length CHECK (char_length(material) BETWEEN 1 AND 64),
    size           text CONSTRAINT orders_size_length CHECK (char_length(size) BETWEEN 1 AND 64),
    quantity       integer NOT NULL CONSTRAINT orders_quantity_range CHECK (quantity BETWEEN 1 AND 10000),
    price          numeric(12, 2) NOT NULL CONSTRAINT orders_price_range CHECK (price >= 0),
    price_currency text NOT NULL CONSTRAINT orders_price_currency_form CHECK (price_currency ~ '^[A-Z]{3}$'),
    pay            numeric(12, 2) CONSTRAINT orders_pay_range CHECK (pay >= 0),
    pay_currency   text CONSTRAINT orders_pay_currency_form CHECK (pay_currency ~ '^[A-Z]{3}$'),
    priority       text NOT NULL DEFAULT 'normal' CONSTRAINT orders_priority_known CHECK (priority IN ('normal', 'rush')),
    comment        text CONSTRAINT orders_comment_length CHECK (char_length(comment) BETWEEN 1 AND 2000),
    due_at         timestamptz,

    status         text NOT NULL CONSTRAINT orders_status_known CHECK (status IN (
                       'MANUFACTURING_APPROVED', 'MANUFACTURING_STARTED', 'MANUFACTURING_COMPLETED',
                       'PACKAGING', 'SHIPPED', 'CANCELLED')),
    status_since   timestamptz NOT NULL,
    approved_at    timestamptz NOT NULL,
    -- The optimistic lock: counts commands and accepted messages, nothing else.
    version        integer NOT NULL DEFAULT 1 CONSTRAINT orders_version_positive CHECK (version > 0),
    operator_id    uuid CONSTRAINT orders_operator_fkey REFERENCES users,

    -- The model as the shop named it, and what became of it here.
    model_key      text CONSTRAINT orders_model_key_length CHECK (char_length(model_key) BETWEEN 1 AND 512),
    model_size     bigint,
    model_declared text CONSTRAINT orders_model_declared_form CHECK (model_declared ~ '^[0-9a-f]{64}$'),
    model_state    text NOT NULL DEFAULT 'none' CONSTRAINT orders_model_state_known CHECK (model_state IN (
                       'none', 'pending', 'ready', 'missing', 'refused', 'mismatch')),
    model_sha256   text CONSTRAINT orders_model_sha256_form CHECK (model_sha256 ~ '^[0-9a-f]{64}$'),
    model_bytes    bigint,
    model_facts    jsonb,
    model_problem  text,
    -- When the file is to be fetched (again); null when there is nothing to do.
    model_try_at   timestamptz,
    model_tries    integer NOT NULL DEFAULT 0,

    CONSTRAINT orders_operator_by_status CHECK ((status = 'MANUFACTURING_APPROVED') <= (operator_id IS NULL)),
    CONSTRAINT orders_pay_whole CHECK ((pay IS NULL) = (pay_currency IS NULL)),
    CONSTRAINT orders_model_named CHECK ((model_state = 'none') = (model_key IS NULL)),
    CONSTRAINT orders_model_ready CHECK ((model_state = 'ready') <= (model_sha256 IS NOT NULL AND model_bytes IS NOT NULL))
) WITH (fillfactor = 80);
CREATE INDEX orders_actual ON orders (status, approved_at DESC) WHERE status NOT IN ('SHIPPED', 'CANCELLED');
CREATE INDEX orders_model_due ON orders (model_try_at) WHERE model_try_at IS NOT NULL;
CREATE INDEX orders_model_hash ON orders (model_sha256) WHERE model_state = 'ready';
CREATE INDEX orders_of_operator ON orders (operator_id) WHERE operator_id IS NOT NULL;

-- No foreign key to orders: steps from before the approval are kept too.
CREATE TABLE order_history (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    order_id    uuid NOT NULL,
    status      text NOT NULL CONSTRAINT order_history_status_form CHECK (status ~ '^[A-Z_]{1,40}$'),
    at          timestamptz NOT NULL,
    source      text NOT NULL CONSTRAINT order_history_source_known CHECK (source IN ('mes', 'shop')),
    command     text,
    operator_id uuid CONSTRAINT order_history_operator_fkey REFERENCES users,
    reason      text CONSTRAINT order_history_reason_length CHECK (char_length(reason) BETWEEN 1 AND 500),
    message_id  uuid
);
CREATE INDEX order_history_order ON order_history (order_id, at);
-- The shop repeats an order's past in every message; each step is kept once.
CREATE UNIQUE INDEX order_history_shop_step ON order_history (order_id, status, at) WHERE source = 'shop';

-- Answers to commands, so that the same press sent twice is the same answer.
CREATE TABLE command_receipts (
    user_id    uuid NOT NULL CONSTRAINT command_receipts_user_fkey REFERENCES users,
    command    text NOT NULL,
    order_id   uuid NOT NULL,
    request_id text NOT NULL,
    version    integer NOT NULL,
    reason     text,
    answer     text NOT NULL,
    at         timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT command_receipts_pkey PRIMARY KEY (user_id, command, order_id, request_id)
);
CREATE INDEX command_receipts_at ON command_receipts (at);
