-- Returns when nobody else holds it; held until the transaction ends. (A cast, because the function returns nothing.)
SELECT pg_advisory_xact_lock($1)::text
