SELECT period, stage, stays::bigint, p50, p90 FROM flow_stages
