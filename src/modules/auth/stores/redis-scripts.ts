/**
 * What must happen at once in Redis. A record is a hash: `v` the sealed payload, `c` when it was consumed, `u` and
 * `g` the keys of its indexes. The index of a uid is the key of the latest record with it; that of a grant is a
 * sorted set of its records by expiry, which lives as long as the longest of them.
 */

/**
 * KEYS: record, index of the uid and of the grant if it has them. ARGV: payload, milliseconds to live or '', seconds of
 * consumption or '', positions of the two indexes in KEYS or '', '1' to leave a record that is there. Returns 0 when
 * it was left.
 */
export const PUT = `
local record, ttl = KEYS[1], ARGV[2]
local uid, grant = KEYS[tonumber(ARGV[4])], KEYS[tonumber(ARGV[5])]
if ARGV[6] == '1' and redis.call('EXISTS', record) == 1 then return 0 end
redis.call('DEL', record)
redis.call('HSET', record, 'v', ARGV[1])
if ARGV[3] ~= '' then redis.call('HSET', record, 'c', ARGV[3]) end
if ttl ~= '' then redis.call('PEXPIRE', record, ttl) end
if uid then
  redis.call('HSET', record, 'u', uid)
  redis.call('SET', uid, record)
  if ttl ~= '' then redis.call('PEXPIRE', uid, ttl) end
end
if grant then
  redis.call('HSET', record, 'g', grant)
  local time = redis.call('TIME')
  local now = time[1] * 1000 + math.floor(time[2] / 1000)
  redis.call('ZREMRANGEBYSCORE', grant, '-inf', now)
  redis.call('ZADD', grant, ttl == '' and '+inf' or now + ttl, record)
  local last = redis.call('ZRANGE', grant, -1, -1, 'WITHSCORES')[2]
  if last == 'inf' then redis.call('PERSIST', grant) else redis.call('PEXPIREAT', grant, last) end
end
return 1
`;

/** KEYS: record. ARGV: seconds since 1970. Returns the payload, or nil when it is consumed or absent. */
export const CONSUME = `
local found = redis.call('HMGET', KEYS[1], 'v', 'c')
if not found[1] or found[2] then return false end
redis.call('HSET', KEYS[1], 'c', ARGV[1])
return found[1]
`;

/** KEYS: record. ARGV: the payload that it must have, or '' for any. */
export const DELETE = `
local record = KEYS[1]
local found = redis.call('HMGET', record, 'v', 'u', 'g')
if not found[1] or (ARGV[1] ~= '' and ARGV[1] ~= found[1]) then return end
if found[2] and redis.call('GET', found[2]) == record then redis.call('DEL', found[2]) end
if found[3] then redis.call('ZREM', found[3], record) end
redis.call('DEL', record)
`;

/** KEYS: index of the grant. ARGV: channel, message. */
export const DELETE_GRANT = `
for _, record in ipairs(redis.call('ZRANGE', KEYS[1], 0, -1)) do
  if redis.call('HGET', record, 'g') == KEYS[1] then redis.call('DEL', record) end
end
redis.call('DEL', KEYS[1])
redis.call('PUBLISH', ARGV[1], ARGV[2])
`;
