SELECT side, orders::bigint, taken::bigint, p50 FROM flow_bonuses
