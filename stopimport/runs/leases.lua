-- Who has which file of a shared folder, by the clock of Redis or Valkey, in one go; `runs/leases.py` says why.
--
-- KEYS[1]: what is known of the folder. KEYS[2]: the record that is asked for. ARGV[1]: what is asked for. The answer is
-- a map; both are in MessagePack, which keeps all digits of a time.

local GUARD, KEPT = 1.02, 86400000
local state

local function fresh()
  return { boot = boot, story = asked.fresh, from = now + asked.lease * GUARD, seen = now, live = {} }
end

local function unpacked(key)
  local stored = redis.call('GET', key)
  local sound, found = pcall(cmsgpack.unpack, stored or '')
  return stored and sound and type(found) == 'table' and found or nil
end

-- Claims were held, and all their holders are silent: it may be this server that was away.
local function was_away(found)
  if now - found.seen > asked.lease / 2 then
    for _, ends in pairs(found.live) do
      if ends > found.seen then
        return true
      end
    end
  end
  return false
end

local function read()
  local found = unpacked(KEYS[1])
  local sound = found and type(found.live) == 'table' and type(found.seen) == 'number'
  if not sound or asked.op == 'lost' or found.boot ~= boot or found.seen > now or was_away(found) then
    return fresh()
  end
  return found
end

state = read()
local kept = unpacked(KEYS[2])
-- A record of an older story that nobody has renewed since is nobody's.
local held = kept ~= nil and kept.claimed and kept.story == state.story and now - kept.written <= asked.lease

local function put()
  local record = {
    version = asked.version, claimed = asked.claimed, story = state.story, written = now, data = asked.data,
  }
  redis.call('SET', KEYS[2], cmsgpack.pack(record), 'PX', KEPT)
  state.live[asked.name] = asked.claimed and now + asked.lease or nil
  return { ok = true }
end

local does = {}

function does.take()
  if state.from > now then
    return { left = state.from - now }
  end
  return held and { data = kept.data } or put()
end

function does.write()
  -- After a loss nobody is given anything for a lease; who held a claim until then, by its own clock, still has it.
  local lost = (kept == nil or kept.story ~= state.story) and asked.story ~= state.story and state.from > now
  if kept and kept.claimed and kept.version == asked.version or lost and asked.sound then
    return put()
  end
  return {}
end

function does.read()
  return { data = kept and kept.data }
end

does.lost = does.read

local answer = does[asked.op]()
for name, ends in pairs(state.live) do
  if ends <= now then
    state.live[name] = nil
  end
end
state.seen = now
redis.call('SET', KEYS[1], cmsgpack.pack(state))
answer.now, answer.story = now, state.story
return cmsgpack.pack(answer)
