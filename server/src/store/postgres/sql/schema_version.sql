-- The newest migration that this database has seen.
SELECT COALESCE(max(version), 0)::bigint FROM _sqlx_migrations WHERE success
