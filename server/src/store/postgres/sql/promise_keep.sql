INSERT INTO flow_promises (order_id, approved_at, days, promised, afterwards)
SELECT order_id, approved_at, days, promised, $2
FROM jsonb_to_recordset($1::jsonb) AS made (order_id uuid, approved_at timestamptz, days timestamptz[], promised timestamptz[])
ON CONFLICT (order_id) DO NOTHING
