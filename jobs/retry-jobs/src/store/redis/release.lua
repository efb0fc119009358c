-- Puts back what this worker holds and does not run.
-- KEYS: in-flight set of this worker, scheduled set, meta prefix
-- ARGV: now in seconds; then what it runs
local runs = {}
for i = 2, #ARGV do runs[ARGV[i]] = true end
local released = 0
for _, id in ipairs(redis.call('SMEMBERS', KEYS[1])) do
    if not runs[id] then
        redis.call('SREM', KEYS[1], id)
        redis.call('HSET', KEYS[3] .. ':' .. id, 'status', 'Pending')
        redis.call('HDEL', KEYS[3] .. ':' .. id, 'locked_by')
        redis.call('ZADD', KEYS[2], ARGV[1], id)
        released = released + 1
    end
end
return released
