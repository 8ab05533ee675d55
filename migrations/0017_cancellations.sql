-- Of orders that were cancelled under an operator's hands: who has been told. A row is written when the operator says so,
-- and the board asks for those without one.
CREATE TABLE cancellations_noted (
    order_id uuid NOT NULL CONSTRAINT cancellations_noted_pkey PRIMARY KEY
             CONSTRAINT cancellations_noted_order_fkey REFERENCES orders,
    at       timestamptz NOT NULL
);
CREATE INDEX orders_cancelled_in_hand ON orders (status_since) WHERE status = 'CANCELLED' AND operator_id IS NOT NULL;
