-- Makes a dead letter due again.
-- KEYS: dead set, scheduled set, meta of the job
-- ARGV: its id, now in seconds, its story
if redis.call('SREM', KEYS[1], ARGV[1]) == 0 then return 0 end
redis.call('HSET', KEYS[3], 'status', 'Pending', 'attempts', 0, 'retry', ARGV[3], 'due', ARGV[2])
redis.call('ZADD', KEYS[2], ARGV[2], ARGV[1])
return 1
