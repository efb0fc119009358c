-- Promotes what is due, a thousand at most, and takes up to ARGV[3] jobs. apalis' own script promotes all at once, and dies
-- of some eight thousand.
-- KEYS: scheduled set, active list, in-flight set of this worker, data hash, meta prefix, workers set
-- ARGV: now in seconds, this worker, how many jobs
local scheduled, active, inflight, data, meta, workers = unpack(KEYS)
-- Another worker may have struck this one off: what it takes must be found again.
redis.call('ZADD', workers, 'NX', ARGV[1], ARGV[2])
local due = redis.call('ZRANGEBYSCORE', scheduled, '-inf', ARGV[1], 'LIMIT', 0, 1000)
if #due > 0 then
    redis.call('RPUSH', active, unpack(due))
    redis.call('ZREM', scheduled, unpack(due))
end
local jobs, fields = {}, {}
local most = tonumber(ARGV[3])
while #jobs < most do
    local id = redis.call('LPOP', active)
    if not id then break end
    local job = redis.call('HGET', data, id)
    if job then
        redis.call('SADD', inflight, id)
        redis.call('HSET', meta .. ':' .. id, 'status', 'Running', 'locked_by', ARGV[2])
        local all = redis.call('HGETALL', meta .. ':' .. id)
        table.insert(all, 1, id)
        table.insert(jobs, job)
        table.insert(fields, all)
    end
end
return {jobs, fields}
