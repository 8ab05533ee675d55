SELECT period, shipped::bigint, working, waiting, held, p50, p90 FROM flow_periods
