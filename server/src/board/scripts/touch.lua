-- A certificate: at this moment the database said exactly what the board at this revision says.
-- KEYS: board.  ARGV: epoch, rev, fresh.
local mark = redis.call('HGET', KEYS[1], '@')
if not mark then return { 'COLD' } end
local epoch, rev, fresh, rest = string.match(mark, '^(%d+):(%d+):(%d+):(%d+:%d+)$')
if not epoch then return { 'COLD' } end
if epoch ~= ARGV[1] or rev ~= ARGV[2] then return { 'STALE', epoch, rev } end
if tonumber(ARGV[3]) > tonumber(fresh) then
  redis.call('HSET', KEYS[1], '@', epoch .. ':' .. rev .. ':' .. ARGV[3] .. ':' .. rest)
end
return { 'OK' }
