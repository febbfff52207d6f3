-- Everything that can be done to the keys of one app. Nothing else touches them, so the counters are always right.
--
-- KEYS: counters, names, records, expiries; all with the app's hash tag, as are the data keys behind ARGV[1].
-- ARGV: prefix of data keys; most operations per second (0: any number), most keys, most bytes, most bytes of one key;
--       version of the rules by which the caller was let in ('': needs no rules); the operation and its arguments.
--
-- counters  hash: k keys, b bytes, s second, n operations in it, p in the one before, r version of the rules
-- names     sorted set, all scores 0: the keys in order, for scans
-- records   hash: key to <kind><bytes>:<time to live in ms, 0 for none>
-- expiries  sorted set: key to the millisecond at which it ends
--
-- Valkey frees a value when it ends; what is noted of it here goes when somebody meets it, or with the next write.
local counters, names, records, expiries = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local prefix, mostCalls, mostKeys, mostBytes, mostOfOne =
  ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5])
local OK, MISS, RATE, KEYS_FULL, BYTES_FULL, KIND, NUMBER, STALE, SIZE = 0, 1, 2, 3, 4, 5, 6, 7, 8
local SAFE = 9007199254740991

local clock = redis.call('TIME')
local now = clock[1] * 1000 + math.floor(clock[2] / 1000)

local function whole(number)
  return string.format('%.0f', number)
end

local function drop(key)
  local record = redis.call('HGET', records, key)
  if not record then
    return
  end
  redis.call('DEL', prefix .. key)
  redis.call('HDEL', records, key)
  redis.call('ZREM', names, key)
  redis.call('ZREM', expiries, key)
  redis.call('HINCRBY', counters, 'k', -1)
  redis.call('HINCRBY', counters, 'b', '-' .. string.match(record, '%d+'))
end

-- What is noted of a live key; nil when there is none.
local function find(key)
  local record = redis.call('HGET', records, key)
  if not record then
    return nil
  end
  local kind, bytes, ttl = string.match(record, '^(%a)(%d+):(%d+)$')
  if ttl ~= '0' and tonumber(redis.call('ZSCORE', expiries, key) or 0) <= now then
    drop(key)
    return nil
  end
  return { kind = kind, bytes = tonumber(bytes), ttl = tonumber(ttl) }
end

local function sweep(most)
  local due = redis.call('ZRANGEBYSCORE', expiries, '-inf', whole(now), 'LIMIT', 0, most)
  for _, key in ipairs(due) do
    drop(key)
  end
  return #due
end

-- Nil when so much more has room, if need be after making some.
local function refusal(moreKeys, moreBytes)
  sweep(20)
  for _ = 1, 50 do
    local held = redis.call('HMGET', counters, 'k', 'b')
    local keys, bytes = tonumber(held[1] or 0), tonumber(held[2] or 0)
    local full = nil
    if moreKeys > 0 and keys + moreKeys > mostKeys then
      full = { KEYS_FULL, keys }
    elseif moreBytes > 0 and bytes + moreBytes > mostBytes then
      full = { BYTES_FULL, bytes }
    end
    if not full or sweep(100) == 0 then
      return full
    end
  end
  return { BYTES_FULL, mostBytes }
end

local function note(key, kind, was, bytes, ttl)
  if not was then
    redis.call('ZADD', names, 0, key)
    redis.call('HINCRBY', counters, 'k', 1)
  end
  redis.call('HSET', records, key, kind .. whole(bytes) .. ':' .. whole(ttl))
  redis.call('HINCRBY', counters, 'b', whole(bytes - (was and was.bytes or 0)))
end

local function ends(key, ttl)
  if ttl > 0 then
    redis.call('PEXPIREAT', prefix .. key, whole(now + ttl))
    redis.call('ZADD', expiries, whole(now + ttl), key)
  else
    redis.call('PERSIST', prefix .. key)
    redis.call('ZREM', expiries, key)
  end
end

local function set(key, value, ttl, was)
  local bytes = #key + #value
  local no = refusal(was and 0 or 1, bytes - (was and was.bytes or 0))
  if no then
    return no
  end
  redis.call('SET', prefix .. key, value)
  note(key, 's', was, bytes, ttl)
  if ttl > 0 or was and was.ttl > 0 then
    ends(key, ttl)
  end
  return { OK, 1 }
end

-- A key of this kind, or nil; what is of another kind makes room.
local function replaceable(key, kind)
  local was = find(key)
  if was and was.kind ~= kind then
    drop(key)
    return nil
  end
  return was
end

-- Adds bytes to a hash or set, then lets add() write.
local function grow(key, kind, was, more, ttl, add)
  local bytes = (was and was.bytes or #key) + more
  if bytes > mostOfOne and more > 0 then
    return { SIZE, bytes }
  end
  local no = refusal(was and 0 or 1, was and more or bytes)
  if no then
    return no
  end
  local answer = add()
  note(key, kind, was, bytes, was and was.ttl or ttl)
  if not was then
    ends(key, ttl)
  end
  return { OK, answer }
end

local ops = {}

function ops.get(key, touch)
  local was = find(key)
  if not was then
    return { MISS }
  end
  if was.kind ~= 's' then
    return { KIND }
  end
  local value = redis.call('GET', prefix .. key)
  if not value then
    drop(key)
    return { MISS }
  end
  if touch == '1' and was.ttl > 0 then
    ends(key, was.ttl)
  end
  return { OK, value }
end

function ops.set(key, value, ttl)
  return set(key, value, tonumber(ttl), find(key))
end

function ops.setnx(key, value, ttl)
  if find(key) then
    return { OK, 0 }
  end
  return set(key, value, tonumber(ttl), nil)
end

function ops.del(key)
  if not find(key) then
    return { OK, 0 }
  end
  drop(key)
  return { OK, 1 }
end

function ops.ttl(key)
  local was = find(key)
  if not was then
    return { MISS }
  end
  return { OK, was.ttl == 0 and -1 or redis.call('ZSCORE', expiries, key) - now }
end

function ops.exists(key)
  return { OK, find(key) and 1 or 0 }
end

function ops.expire(key, ttl)
  local was = find(key)
  if not was then
    return { OK, 0 }
  end
  note(key, was.kind, was, was.bytes, tonumber(ttl))
  ends(key, tonumber(ttl))
  return { OK, 1 }
end

function ops.incr(key, by, ttl)
  local was = find(key)
  if was and was.kind ~= 's' then
    return { KIND }
  end
  if not was then
    local made = set(key, by, tonumber(ttl), nil)
    return made[1] == OK and { OK, tonumber(by) } or made
  end
  local sum = redis.pcall('INCRBY', prefix .. key, by)
  if type(sum) ~= 'number' then
    return { NUMBER }
  end
  if sum > SAFE or sum < -SAFE then
    redis.call('DECRBY', prefix .. key, by)
    return { NUMBER }
  end
  note(key, 's', was, #key + redis.call('STRLEN', prefix .. key), was.ttl)
  return { OK, sum }
end

-- Compares bytes; answers with the present value when it differs.
function ops.cas(key, expected, next)
  local was = find(key)
  if not was then
    return { MISS }
  end
  if was.kind ~= 's' then
    return { KIND }
  end
  local value = redis.call('GET', prefix .. key)
  if value ~= expected then
    return value and { OK, 0, value } or { MISS }
  end
  return set(key, next, 0, was)
end

function ops.scan(from, prefixed, limit)
  sweep(1000)
  local last = prefixed == '' and '+' or '[' .. prefixed .. '\255'
  local found = redis.call('ZRANGEBYLEX', names, from, last, 'LIMIT', 0, limit)
  local more = #found == tonumber(limit) and found[#found] or ''
  local answer = { OK, more }
  for _, key in ipairs(found) do
    if find(key) then
      answer[#answer + 1] = key
    end
  end
  return answer
end

function ops.stats()
  sweep(5000)
  local held = redis.call('HMGET', counters, 'k', 'b', 's', 'n', 'p')
  local calls = 0
  if held[3] == clock[1] then
    calls = held[5]
  elseif held[3] and held[3] + 1 == tonumber(clock[1]) then
    calls = held[4]
  end
  return { OK, tonumber(held[1] or 0), tonumber(held[2] or 0), tonumber(calls or 0) }
end

function ops.flush(most)
  local some = redis.call('ZRANGE', names, 0, most - 1)
  for _, key in ipairs(some) do
    drop(key)
  end
  return { OK, #some }
end

function ops.sweep(most)
  return { OK, sweep(most) }
end

function ops.version()
  return { OK, redis.call('HGET', counters, 'r') or 'none' }
end

function ops.renew(version)
  redis.call('HSET', counters, 'r', version)
  return { OK }
end

function ops.hset(key, ttl, ...)
  local fields = { ... }
  local was = replaceable(key, 'h')
  local more = 0
  for i = 1, #fields, 2 do
    if was and redis.call('HEXISTS', prefix .. key, fields[i]) == 1 then
      more = more + #fields[i + 1] - redis.call('HSTRLEN', prefix .. key, fields[i])
    else
      more = more + #fields[i] + #fields[i + 1]
    end
  end
  return grow(key, 'h', was, more, tonumber(ttl), function()
    for i = 1, #fields, 2 do
      redis.call('HSET', prefix .. key, fields[i], fields[i + 1])
    end
    return #fields / 2
  end)
end

function ops.hgetall(key)
  local was = find(key)
  if not was then
    return { MISS }
  end
  if was.kind ~= 'h' then
    return { KIND }
  end
  return { OK, redis.call('HGETALL', prefix .. key) }
end

function ops.sadd(key, ttl, ...)
  local was = replaceable(key, 't')
  local fresh, more, seen = {}, 0, {}
  for _, member in ipairs({ ... }) do
    if not seen[member] and not (was and redis.call('SISMEMBER', prefix .. key, member) == 1) then
      seen[member] = true
      fresh[#fresh + 1] = member
      more = more + #member
    end
  end
  if #fresh == 0 then
    return { OK, 0 }
  end
  return grow(key, 't', was, more, tonumber(ttl), function()
    for _, member in ipairs(fresh) do
      redis.call('SADD', prefix .. key, member)
    end
    return #fresh
  end)
end

function ops.smembers(key)
  local was = find(key)
  if not was then
    return { MISS }
  end
  if was.kind ~= 't' then
    return { KIND }
  end
  return { OK, redis.call('SMEMBERS', prefix .. key) }
end

function ops.srem(key, ...)
  local was = find(key)
  if not was then
    return { OK, 0 }
  end
  if was.kind ~= 't' then
    return { KIND }
  end
  local removed, fewer = 0, 0
  for _, member in ipairs({ ... }) do
    if redis.call('SREM', prefix .. key, member) == 1 then
      removed = removed + 1
      fewer = fewer + #member
    end
  end
  if redis.call('EXISTS', prefix .. key) == 0 then
    drop(key)
  else
    note(key, 't', was, was.bytes - fewer, was.ttl)
  end
  return { OK, removed }
end

-- Triples of get, set or del, key, value.
function ops.batch(ttl, ...)
  local arguments = { ... }
  local answers = {}
  for i = 1, #arguments, 3 do
    local name, key, value = arguments[i], arguments[i + 1], arguments[i + 2]
    if name == 'set' then
      answers[#answers + 1] = ops.set(key, value, ttl)
    else
      answers[#answers + 1] = ops[name](key, '0')
    end
  end
  return { OK, answers }
end

local FREE = { version = true, renew = true, sweep = true, flush = true, stats = true }
local name = ARGV[7]
if not FREE[name] then
  local seen = redis.call('HMGET', counters, 's', 'n', 'r')
  if ARGV[6] ~= '' and (seen[3] or 'none') ~= ARGV[6] then
    return { STALE }
  end
  local cost = name == 'batch' and (#ARGV - 8) / 3 or 1
  if seen[1] == clock[1] then
    if mostCalls > 0 and tonumber(seen[2]) >= mostCalls then
      return { RATE, 1000 - now % 1000 }
    end
    redis.call('HINCRBY', counters, 'n', cost)
  else
    local before = seen[1] and seen[1] + 1 == tonumber(clock[1]) and seen[2] or 0
    redis.call('HSET', counters, 's', clock[1], 'n', cost, 'p', before)
  end
end
return ops[name](unpack(ARGV, 8))
