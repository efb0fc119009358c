-- Puts back the jobs of workers that have been silent since ARGV[1], and counts the cut.
-- KEYS: workers set, scheduled set, in-flight prefix, meta prefix
-- ARGV: seen before this many seconds, now in seconds, a seed
local workers, scheduled, inflight, meta = unpack(KEYS)
math.randomseed(tonumber(ARGV[3]))
local cut = 0
for _, worker in ipairs(redis.call('ZRANGEBYSCORE', workers, '-inf', '(' .. ARGV[1])) do
    for _, id in ipairs(redis.call('SMEMBERS', inflight .. ':' .. worker)) do
        local key = meta .. ':' .. id
        local cuts = redis.call('HINCRBY', key, 'attempts', 1)
        -- The later the more often it was cut, at random: who kills the worker must not take its neighbours along for ever.
        local later = ARGV[2] + math.random(0, 2 ^ math.min(cuts - 1, 6) - 1)
        local due = math.max(tonumber(redis.call('HGET', key, 'due') or 0), later)
        redis.call('HSET', key, 'status', 'Pending')
        redis.call('HDEL', key, 'locked_by')
        redis.call('ZADD', scheduled, due, id)
        cut = cut + 1
    end
    redis.call('DEL', inflight .. ':' .. worker)
    redis.call('ZREM', workers, worker)
end
return cut
