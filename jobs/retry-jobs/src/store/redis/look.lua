-- One job: its payload and its metadata.
-- KEYS: data hash, meta of the job
-- ARGV: its id
local fields = redis.call('HGETALL', KEYS[2])
if #fields == 0 then return false end
local job = redis.call('HGET', KEYS[1], ARGV[1]) or redis.call('HGET', KEYS[2], 'job') or ''
return {job, fields}
