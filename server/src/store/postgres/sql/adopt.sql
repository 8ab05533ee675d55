UPDATE board_clock
SET epoch_base = CASE WHEN board_clock.system_identifier IS NULL THEN 0 ELSE epoch_base + 4096 END,
    system_identifier = cluster.system_identifier
FROM pg_control_system() AS cluster
WHERE id = 1 AND board_clock.system_identifier IS DISTINCT FROM cluster.system_identifier
