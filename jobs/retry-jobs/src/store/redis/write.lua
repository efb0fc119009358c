-- Writes all the changes, or none; says which of the jobs were still this worker's.
-- KEYS: scheduled set, in-flight set of this worker, data hash, meta prefix, dead set, recent set
-- ARGV: now in seconds, how long a finished job is kept; then for each job: id, status, due, counter, result, story
local scheduled, inflight, data, meta, dead, recent = unpack(KEYS)
local ours = {}
for i = 3, #ARGV, 6 do
    local id, status, due, counter, result, story = unpack(ARGV, i, i + 5)
    if redis.call('SISMEMBER', inflight, id) == 1 then
        local key = meta .. ':' .. id
        redis.call('HSET', key, 'status', status, 'attempts', counter, 'retry', story)
        redis.call('ZADD', recent, ARGV[1], id)
        if due ~= '' then redis.call('HSET', key, 'due', due) end
        if status ~= 'Running' then
            redis.call('SREM', inflight, id)
            redis.call('HDEL', key, 'locked_by')
        end
        if status == 'Pending' then
            redis.call('ZADD', scheduled, due, id)
        elseif status == 'Done' or status == 'Killed' then
            redis.call('HSET', key, 'result', result, 'done_at', ARGV[1])
        end
        if status == 'Done' then
            redis.call('HSET', key, 'job', redis.call('HGET', data, id))
            redis.call('HDEL', data, id)
            redis.call('EXPIRE', key, ARGV[2])
        elseif status == 'Killed' then
            redis.call('SADD', dead, id)
        end
        table.insert(ours, 1)
    else
        table.insert(ours, 0)
    end
end
redis.call('ZREMRANGEBYRANK', recent, 0, -1001)
return ours
