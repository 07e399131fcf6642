/** Position of the newest entry there ever was, whether or not it is still kept. */
const NEWEST = `
local newest = '0-0'
local info = redis.pcall('XINFO', 'STREAM', KEYS[1])
if not info.err then
  for i = 1, #info, 2 do
    if info[i] == 'last-generated-id' then newest = info[i + 1] end
  end
end
`;

/**
 * Appends messages, each with the position of the one before it (\`p\`), then tells all of them in one live message:
 * a JSON list of the position before the first, then position and payload in turn. What is no longer to be retained
 * is let go a little at a time.
 *
 * KEYS: stream, retained, ends. ARGV: channel, command, messages kept, then payload, key and end of each message,
 * the last two empty where it is not retained. Answers the positions.
 */
export const PUBLISH: string = `${NEWEST}
local live = { newest }
local positions = {}
for i = 4, #ARGV, 3 do
  local id = redis.call('XADD', KEYS[1], 'MAXLEN', '~', ARGV[3], '*', 'p', newest, 'd', ARGV[i])
  if ARGV[i + 2] ~= '' then
    redis.call('HSET', KEYS[2], ARGV[i + 1], id .. ' ' .. ARGV[i])
    redis.call('ZADD', KEYS[3], ARGV[i + 2], ARGV[i + 1])
  end
  newest = id
  positions[#positions + 1] = id
  live[#live + 1] = id
  live[#live + 1] = ARGV[i]
end
local time = redis.call('TIME')
local over = redis.call('ZRANGEBYSCORE', KEYS[3], '-inf', time[1] .. '000', 'LIMIT', 0, 10 + #positions)
if #over > 0 then
  redis.call('HDEL', KEYS[2], unpack(over))
  redis.call('ZREM', KEYS[3], unpack(over))
end
redis.call(ARGV[2], ARGV[1], cjson.encode(live))
return positions
`;

/**
 * KEYS: stream. ARGV: position, count, most bytes. Answers the newest position, then position, the one before and
 * payload of each entry after the position. A payload larger than all of the answer may be is left out, and so are
 * entries that are none of ours.
 */
export const READ: string = `${NEWEST}
local answer = { newest }
local size = 0
for _, entry in ipairs(redis.call('XRANGE', KEYS[1], '(' .. ARGV[1], '+', 'COUNT', ARGV[2])) do
  local before, payload = '', ''
  for i = 1, #entry[2], 2 do
    if entry[2][i] == 'p' then before = entry[2][i + 1] end
    if entry[2][i] == 'd' then payload = entry[2][i + 1] end
  end
  if #payload > tonumber(ARGV[3]) then payload = '' end
  size = size + #payload
  if size > tonumber(ARGV[3]) then break end
  answer[#answer + 1] = entry[1]
  answer[#answer + 1] = before
  answer[#answer + 1] = payload
end
return answer
`;

/** KEYS: stream. ARGV: position. Answers the newest position and the payload at the given one, if it is there. */
export const CHECK: string = `${NEWEST}
for _, entry in ipairs(redis.call('XRANGE', KEYS[1], ARGV[1], ARGV[1])) do
  for i = 1, #entry[2], 2 do
    if entry[2][i] == 'd' then return { newest, entry[2][i + 1] } end
  end
end
return { newest }
`;
