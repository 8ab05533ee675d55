-- The facts of a model carry the edition of the measures that found them (`edition`, 0 when there is none). What an
-- older edition found is looked at again by a server that has nothing to fetch.
CREATE INDEX orders_model_edition ON orders ((coalesce((model_facts->>'edition')::integer, 0)), approved_at DESC)
    WHERE model_state = 'ready' AND status NOT IN ('SHIPPED', 'CANCELLED');
