/**
 * Adds charges to the times at which buckets are full again (GCRA) by the server's own clock, so that those of the
 * callers need not agree. A key lives as long as its bucket is not full.
 *
 * KEYS: the buckets. ARGV: the charge of each, ms with a fraction. Answers how far ahead each is, ms, as text.
 */
export const EXCHANGE_SCRIPT = `
local time = redis.call('TIME')
local now = time[1] * 1000 + time[2] / 1000
local aheads = {}
for i, key in ipairs(KEYS) do
  local full = tonumber(redis.call('GET', key) or now)
  if full < now then full = now end
  local charge = tonumber(ARGV[i])
  if charge > 0 then
    full = full + charge
    redis.call('SET', key, string.format('%.4f', full), 'PX', math.ceil(full - now))
  end
  aheads[i] = string.format('%.4f', full - now)
end
return aheads
`;
