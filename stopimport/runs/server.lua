-- How each of our scripts at Redis or Valkey begins: what is asked for, the server's own clock, and which server it is.

local asked = cmsgpack.unpack(ARGV[1])

local function read_clock()
  local time = redis.call('TIME')
  return tonumber(time[1]) + tonumber(time[2]) / 1e6
end

local now = read_clock()
-- Another server, or the same one after a restart, is another story: what it knows may be old.
local boot = string.match(redis.call('INFO', 'server'), 'run_id:(%x+)') or ''

