-- One account's slots, dealt out by Redis or Valkey: the arithmetic of stopimport/sending/grid.py, which says why, done
-- in one go and by the server's own clock. A test compares the two.
--
-- KEYS[1]: the account's state. ARGV[1]: what is asked for (`runs/coordinator.py`). The answer is a map; both are in
-- MessagePack, which keeps all digits of a time.

local GUARD, TOLERANCE, AHEAD, MOST, LEASE, SLOWEST, REGAIN = 0.02, 0.01, 0.1, 10000, 5.0, 10, 10.0
local state

local function fresh()
  return {
    boot = boot, story = asked.token, last = now - 1e9, seen = now, generation = asked.seed, share = 1.0,
    changed_at = 0.0, hold_began = -1.0, hold_until = now + asked.window * (1 + GUARD) + asked.lag, hold_http = 0,
    joins = 0, came = '', spacing = 0.0, tolerance = 0.0, lag = asked.lag, senders = {},
  }
end

local function again_after_loss(before)
  -- What the vendor asked for still holds; by the clock of now, which may have been set back.
  local made, shift = fresh(), math.max(before.seen - now, 0)
  made.share, made.changed_at = before.share, before.changed_at - shift
  made.hold_began = before.hold_began - shift
  if before.hold_until - shift > made.hold_until then
    made.hold_until, made.hold_http = before.hold_until - shift, before.hold_http
  end
  return made
end

local function read()
  local stored = redis.call('GET', KEYS[1])
  local sound, found = pcall(cmsgpack.unpack, stored or '')
  if not stored or not sound or type(found) ~= 'table' or type(found.senders) ~= 'table' then
    return fresh()
  end
  if asked.op == 'lost' or found.boot ~= boot or found.seen > now then
    return again_after_loss(found)
  end
  return found
end

local function close(one, other)
  return math.abs(one - other) <= 1e-9 * math.max(math.abs(one), math.abs(other))
end

local function void()
  state.generation = state.generation + 1
  if state.last > now - state.tolerance then
    state.last = math.min(math.max(state.last, now), now + state.lag)
  end
end

local function heard_of()
  local known = state.senders[asked.name]
  local senders = {}
  for name, each in pairs(state.senders) do
    if each['until'] > now then
      senders[name] = each
    end
  end
  senders[asked.name] = {
    rate = asked.rate, window = asked.window, adds = asked.adds, paused = known ~= nil and known.paused,
    ['until'] = math.max(known and known['until'] or 0, now + LEASE),
  }
  state.senders = senders
end

local function settle()
  local slowest, least
  for _, each in pairs(state.senders) do
    if not slowest or each.rate / each.window < slowest.rate / slowest.window then
      slowest = each
    end
    least = math.min(least or each.window, each.window)
  end
  if slowest then
    local spacing = slowest.window * (1 + GUARD) / slowest.rate / state.share
    local tolerance = TOLERANCE * least
    if not (close(spacing, state.spacing) and close(tolerance, state.tolerance)) then
      void()
      state.spacing, state.tolerance = spacing, tolerance
    end
  end
end

local function alone(mark)
  return mark ~= nil and mark.alone and state.story == mark.story and state.joins == mark.number
end

local function others(which)
  for name, each in pairs(state.senders) do
    if name ~= asked.name and each['until'] > now and (which == nil or each[which]) then
      return true
    end
  end
  return false
end

local function count()
  if asked.adds and state.came ~= asked.name then
    state.joins = state.joins + 1
    state.came = asked.name
  end
end

local function join()
  local accompanied = others('adds')
  count()
  heard_of()
  settle()
  return { story = state.story, number = state.joins, alone = not accompanied }
end

local function is_gone()
  local known = state.senders[asked.name]
  return known == nil or known['until'] <= now
end

local function back()
  if is_gone() then
    local still = alone(asked.mark)
    local mark = join()
    mark.alone = mark.alone and still
    return mark
  end
  heard_of()
  return asked.mark
end

local function regain()
  if state.share < 1 then
    local steps = math.max(math.floor((now - state.changed_at) / REGAIN), 0)
    state.share = math.min(state.share + steps / SLOWEST, 1.0)
    state.changed_at = state.changed_at + steps * REGAIN
  end
end

local function hold(seconds)
  if now + seconds > state.hold_until then
    state.hold_until, state.hold_http = now + seconds, asked.http
    void()
  end
end

local does = {}

function does.join()
  return { mark = join() }
end

function does.leave()
  state.senders[asked.name] = nil
  settle()
  return {}
end

function does.back()
  return { mark = back() }
end

function does.deal()
  local mark = back()
  regain()
  settle()
  local count = 0
  for _, each in pairs(state.senders) do
    count = count + 1
    if each.paused then
      return { again = 0.25, mark = mark }
    end
  end
  if state.hold_until > now then
    local left = state.hold_until - now
    return { again = math.min(left, 1.0), held = left, http = state.hold_http, mark = mark }
  end
  local first = math.max(state.last + state.spacing, now)
  local slots = math.max(1, math.min(MOST, math.floor(AHEAD / state.spacing / count)))
  state.last = first + (slots - 1) * state.spacing
  state.senders[asked.name]['until'] = math.max(state.last, now) + LEASE
  return { first = first, spacing = state.spacing, count = slots, tolerance = state.tolerance, mark = mark }
end

function does.late()
  if state.last > now + state.lag then
    void()
  end
  state.last = math.max(state.last, now) + (others() and state.spacing or 0)
  return {}
end

function does.hold()
  hold(asked.seconds)
  return {}
end

function does.slow_down()
  if now - asked.since > state.hold_began then
    state.share = math.max(state.share / 2, 1 / SLOWEST)
    state.changed_at = now + asked.seconds
    state.hold_began = now
  end
  hold(asked.seconds)
  settle()
  return {}
end

function does.pause()
  if is_gone() then
    count()
  end
  heard_of()
  state.senders[asked.name].paused = asked.on
  if asked.on then
    void()
  end
  return {}
end

function does.alone()
  return { alone = alone(asked.mark) }
end

function does.look()
  return {}
end

does.lost = does.look

state = read()
local answer = does[asked.op]()
state.seen = now
redis.call('SET', KEYS[1], cmsgpack.pack(state))
answer.now, answer.generation = now, state.generation
return cmsgpack.pack(answer)
