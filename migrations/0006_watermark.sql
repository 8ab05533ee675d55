-- Up to when each person has looked at the board: what was approved later is new to them. Whoever is here already, or
-- comes later, begins at that moment: nothing is new to somebody who has just arrived. It only ever moves forward
-- (raise_seen.sql).
ALTER TABLE users ADD COLUMN seen_at timestamptz NOT NULL DEFAULT now()
    CONSTRAINT users_seen_at_finite CHECK (isfinite(seen_at));

-- Views of the board that people gave a name to. A view is what stands in the board's address.
CREATE TABLE saved_views (
    id         uuid CONSTRAINT saved_views_pkey PRIMARY KEY,
    user_id    uuid NOT NULL CONSTRAINT saved_views_user_fkey REFERENCES users ON DELETE CASCADE,
    -- Numbered places, so that the limit is a constraint and holds for two presses at once.
    slot       smallint NOT NULL CONSTRAINT saved_views_slot_range CHECK (slot BETWEEN 1 AND 12),
    name       text NOT NULL CONSTRAINT saved_views_name_length CHECK (char_length(name) BETWEEN 1 AND 40),
    query      text NOT NULL CONSTRAINT saved_views_query_length CHECK (char_length(query) <= 4000),
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT saved_views_slot_key UNIQUE (user_id, slot),
    CONSTRAINT saved_views_name_key UNIQUE (user_id, name)
);
