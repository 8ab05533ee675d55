-- A part of a snapshot that is being staged. In one script, so that a write that arrives late, after its refresh
-- was given up, leaves nothing behind for longer than the time to live.
-- KEYS: stage.  ARGV: seconds to live, then order, payload, order, payload, ...
redis.call('HSET', KEYS[1], unpack(ARGV, 2))
redis.call('EXPIRE', KEYS[1], ARGV[1])
return { 'OK' }
