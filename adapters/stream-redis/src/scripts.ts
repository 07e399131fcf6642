/**
 * Lua that runs inside Redis, where nothing comes in between. KEYS[1] is the stream, KEYS[2] the dead letters of
 * the group; both are in one slot. Redis 6.2 and later; what it writes reaches replicas and the append-only file
 * as its effects.
 */

/** `finished(key)`: the id below which every group has finished with everything, or nil where there is no group. */
const FINISHED = `
local function fields(flat)
  local named = {}
  for i = 1, #flat, 2 do named[flat[i]] = flat[i + 1] end
  return named
end
local function split(id)
  local ms, seq = string.match(id, '^(%d+)-(%d+)$')
  return tonumber(ms), tonumber(seq)
end
local function before(a, b)
  local ams, aseq = split(a)
  local bms, bseq = split(b)
  return ams < bms or (ams == bms and aseq < bseq)
end
local function behind(id)
  local ms, seq = string.match(id, '^(%d+)-(%d+)$')
  -- Numbers in Lua are exact up to 2^53; past it the message itself stays too.
  if #seq > 15 then return id end
  return ms .. '-' .. string.format('%.0f', tonumber(seq) + 1)
end
local function finished(key)
  if redis.call('EXISTS', key) == 0 then return nil end
  local least = nil
  for _, flat in ipairs(redis.call('XINFO', 'GROUPS', key)) do
    local group = fields(flat)
    local id = behind(group['last-delivered-id'])
    if group.pending > 0 then id = redis.call('XPENDING', key, group.name)[2] end
    if least == nil or before(id, least) then least = id end
  end
  return least
end
`;

/**
 * ARGV: most that may be unfinished, name of the field, payloads. All or none. Finished messages make room; those
 * between unfinished ones stay and do not count.
 */
export const APPEND: string = `${FINISHED}
local key, most, added = KEYS[1], tonumber(ARGV[1]), #ARGV - 2
local kept = redis.call('XLEN', key)
if kept + added > most then
  local least = finished(key)
  if least ~= nil then
    redis.call('XTRIM', key, 'MINID', '=', least)
    kept = redis.call('XLEN', key)
  end
end
if kept + added > most then
  local unfinished = kept
  if kept > 0 then
    local largest = nil
    for _, flat in ipairs(redis.call('XINFO', 'GROUPS', key)) do
      local group = fields(flat)
      local open = math.min(kept, group.pending + (group.lag or kept))
      if largest == nil or open > largest then largest = open end
    end
    unfinished = largest or kept
  end
  if unfinished + added > most then return redis.error_reply('STREAMFULL ' .. unfinished) end
end
local ids = {}
for i = 3, #ARGV do ids[i - 2] = redis.call('XADD', key, '*', ARGV[2], ARGV[i]) end
return ids
`;

/** ARGV: group, consumer, least idle ms, where to go on, count. Answers where to go on and {id, fields, attempt}. */
export const RECLAIM: string = `
local key, group = KEYS[1], ARGV[1]
local answer = redis.call('XAUTOCLAIM', key, group, ARGV[2], ARGV[3], ARGV[4], 'COUNT', ARGV[5])
local taken = {}
for _, message in ipairs(answer[2]) do
  if message and message[2] then
    local held = redis.call('XPENDING', key, group, message[1], message[1], 1)[1]
    taken[#taken + 1] = {message[1], message[2], held[4]}
  end
end
return {answer[1], taken}
`;

/** ARGV: group, consumer, least idle ms, where to go on, count, whose. Answers as RECLAIM. */
export const RECLAIM_FROM: string = `
local key, group = KEYS[1], ARGV[1]
local pending = redis.call('XPENDING', key, group, 'IDLE', ARGV[3], ARGV[4], '+', ARGV[5], ARGV[6])
local taken, last = {}, nil
for _, held in ipairs(pending) do
  last = held[1]
  local message = redis.call('XCLAIM', key, group, ARGV[2], 0, last)[1]
  if message then taken[#taken + 1] = {last, message[2], held[4] + 1}
  -- Deleted from the stream meanwhile: nobody can ever finish it.
  else redis.call('XACK', key, group, last) end
end
return {last and '(' .. last or '0-0', taken}
`;

/**
 * ARGV: group, id, reason, attempt, most dead letters kept. A dead letter is reason, attempt, at (ms) and id,
 * then the fields of the message; what has more than 500 of them loses the rest. Answers whether it was buried.
 */
export const BURY: string = `
local key, group, id = KEYS[1], ARGV[1], ARGV[2]
if #redis.call('XPENDING', key, group, id, id, 1) == 0 then return 0 end
local message = redis.call('XRANGE', key, id, id)[1]
if message then
  local time = redis.call('TIME')
  local at = string.format('%.0f', time[1] * 1000 + math.floor(time[2] / 1000))
  local letter = {'reason', ARGV[3], 'attempt', ARGV[4], 'at', at, 'id', id}
  for i = 1, math.min(#message[2], 1000) do letter[8 + i] = message[2][i] end
  redis.call('XADD', KEYS[2], 'MAXLEN', '=', ARGV[5], '*', unpack(letter))
end
redis.call('XACK', key, group, id)
return 1
`;

/**
 * ARGV: older than, ms; consumers forgotten after, ms. Answers how many messages went. Consumers that hold nothing
 * and were not heard of go too: every process may have a name of its own.
 */
export const TRIM: string = `${FINISHED}
local key = KEYS[1]
local least = finished(key)
if least == nil then return 0 end
local time = redis.call('TIME')
local cut = math.max(0, time[1] * 1000 + math.floor(time[2] / 1000) - tonumber(ARGV[1]) + 1)
local limit = string.format('%.0f-0', cut)
if before(least, limit) then limit = least end
for _, flat in ipairs(redis.call('XINFO', 'GROUPS', key)) do
  local group = fields(flat).name
  for _, each in ipairs(redis.call('XINFO', 'CONSUMERS', key, group)) do
    local consumer = fields(each)
    if consumer.pending == 0 and consumer.idle > tonumber(ARGV[2]) then
      redis.call('XGROUP', 'DELCONSUMER', key, group, consumer.name)
    end
  end
end
return redis.call('XTRIM', key, 'MINID', '=', limit)
`;
