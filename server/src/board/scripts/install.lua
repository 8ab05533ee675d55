-- Replaces the board by a staged snapshot, unless the board is newer. The same revision is allowed: what a
-- revision holds is certain, so writing it again is a repair.
-- KEYS: stage, board, stream.  ARGV: epoch, rev, fresh, count, digest, stream id ('<packed>-*'), maxlen.
local stage, board, stream = KEYS[1], KEYS[2], KEYS[3]
if redis.call('HLEN', stage) ~= tonumber(ARGV[4]) then
  redis.call('UNLINK', stage)
  return { 'TORN' }
end
local before, fresh = 'cold', tonumber(ARGV[3])
local mark = redis.call('HGET', board, '@')
if mark then
  local epoch, rev, since, count, digest = string.match(mark, '^(%d+):(%d+):(%d+):(%d+):(%d+)$')
  if epoch then
    local e, r = tonumber(epoch), tonumber(rev)
    local new_e, new_r = tonumber(ARGV[1]), tonumber(ARGV[2])
    if e > new_e or (e == new_e and r > new_r) then
      redis.call('UNLINK', stage)
      return { 'STALE', epoch, rev }
    end
    if e == new_e and r == new_r then
      local whole = redis.call('HLEN', board) - 1 == tonumber(ARGV[4])
      before = (whole and count == ARGV[4] and digest == ARGV[5]) and 'same' or 'differs'
      if before == 'same' then fresh = math.max(fresh, tonumber(since)) end
    else
      before = 'older'
    end
  end
end
redis.call('HSET', stage, '@', string.format('%s:%s:%.0f:%s:%s', ARGV[1], ARGV[2], fresh, ARGV[4], ARGV[5]))
-- RENAME carries the stage's time to live along.
redis.call('PERSIST', stage)
redis.call('RENAME', stage, board)
if before ~= 'same' then
  local done = redis.pcall('XADD', stream, 'MAXLEN', '~', ARGV[7], ARGV[6], 'reset', before)
  if type(done) == 'table' and done.err then
    redis.call('DEL', stream)
    redis.call('XADD', stream, 'MAXLEN', '~', ARGV[7], ARGV[6], 'reset', before)
  end
end
return { 'OK', before }
