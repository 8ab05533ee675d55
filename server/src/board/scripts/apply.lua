-- Moves the board from one revision to a later one, or refuses.
-- KEYS: board, stream.  ARGV: epoch, from, to, fresh, maxlen, then for each event: stream id, order, payload
-- ('' for a removal), moment of the commit, trace.
-- Numbers here stay below 2^53: revisions are below 2^44, digests below 2^48. Stream ids are text throughout.
local board, stream = KEYS[1], KEYS[2]
local mark = redis.call('HGET', board, '@')
if not mark then return { 'COLD' } end
local epoch, rev, fresh, count, digest = string.match(mark, '^(%d+):(%d+):(%d+):(%d+):(%d+)$')
if not epoch then return { 'COLD' } end
if epoch ~= ARGV[1] or rev ~= ARGV[2] then return { 'STALE', epoch, rev } end

-- When memory is out, this refuses the script before anything has changed.
redis.call('HSET', board, '@', mark)

local WHOLE = 2 ^ 48
local function weight(order, payload)
  return tonumber(string.sub(redis.sha1hex(order .. ':' .. payload), 1, 12), 16)
end
local begun_anew = false
local function publish(id, ...)
  local done = redis.pcall('XADD', stream, 'MAXLEN', '~', ARGV[5], id, ...)
  if type(done) == 'table' and done.err then
    -- The stream is ahead of the board: it tells of changes that this board has not seen.
    redis.call('DEL', stream)
    begun_anew = true
    redis.call('XADD', stream, 'MAXLEN', '~', ARGV[5], id, ...)
  end
end

count, digest = tonumber(count), tonumber(digest)
for i = 6, #ARGV, 5 do
  local id, order, payload, at, trace = ARGV[i], ARGV[i + 1], ARGV[i + 2], ARGV[i + 3], ARGV[i + 4]
  local old = redis.call('HGET', board, order)
  if old then
    digest = digest - weight(order, old)
    count = count - 1
  end
  if payload == '' then
    redis.call('HDEL', board, order)
    publish(id, 'o', order, 't', at, 'c', trace)
  else
    redis.call('HSET', board, order, payload)
    digest = digest + weight(order, payload)
    count = count + 1
    publish(id, 'o', order, 't', at, 'c', trace, 'p', payload)
  end
  digest = digest % WHOLE
end
fresh = math.max(tonumber(fresh), tonumber(ARGV[4]))
redis.call('HSET', board, '@', string.format('%s:%s:%.0f:%.0f:%.0f', epoch, ARGV[3], fresh, count, digest))
return { 'OK', begun_anew and 'reset' or 'kept' }
