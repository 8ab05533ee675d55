-- Into the first free place; without one into a place that the constraint refuses.
INSERT INTO saved_views (id, user_id, slot, name, query, created_at)
SELECT $1, $2, coalesce(min(place), 13)::smallint, $3, $4, $5 FROM generate_series(1, 12) AS place
WHERE NOT EXISTS (SELECT FROM saved_views v WHERE v.user_id = $2 AND v.slot = place)
