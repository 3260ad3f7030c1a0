-- What wrk is told to send, and what it says at the end: one line of JSON after the word STOA.
-- Arguments: a plan (a Lua file that `benchmarks/load.py` writes) and nothing else.

local ffi = require("ffi")
ffi.cdef [[
  typedef struct { long seconds; long nanoseconds; } stoa_time;
  int clock_gettime(int clock, stoa_time *result);
]]
local MONOTONIC = 1
local held = ffi.new("stoa_time")

local function milliseconds()
  ffi.C.clock_gettime(MONOTONIC, held)
  return tonumber(held.seconds) * 1000 + tonumber(held.nanoseconds) / 1e6
end

local one_thread

function setup(thread)
  one_thread = thread
end

statuses = {} -- global, because `done` reads it from outside of the thread

function init(arguments)
  local plan = dofile(arguments[1])
  local requests = plan.requests

  if #requests == 1 and not requests[1].counts then
    local only = requests[1]
    wrk.method, wrk.path, wrk.body = only.method, only.path, only.body
    for name, value in pairs(only.headers) do wrk.headers[name] = value end
  else
    request = sender(plan)
  end

  if plan.statuses then
    response = function(status)
      statuses[status] = (statuses[status] or 0) + 1
    end
  end

  if plan.rate > 0 then
    local pause = 1000 / plan.rate
    local due = milliseconds()
    delay = function()
      local now = milliseconds()
      due = math.max(due + pause, now - 1000) -- what could not be sent for a second is not made up for
      return math.max(0, math.floor(due - now))
    end
  end

  io.stderr:write("ready\n") -- the clock starts now, however long the plan took
end

-- Requests in turn, or by their weights with a fixed seed; {count} in a body becomes a number used once.
function sender(plan)
  local count, turn, total = 0, 0, 0
  local reaches, made = {}, {}
  for i, one in ipairs(plan.requests) do
    total = total + one.weight
    reaches[i] = total
  end
  math.randomseed(plan.seed)

  local function choose()
    if plan.in_turn then
      turn = turn % #plan.requests + 1
      return turn
    end
    local wanted, low, high = math.random() * total, 1, #reaches
    while low < high do
      local middle = math.floor((low + high) / 2)
      if reaches[middle] < wanted then low = middle + 1 else high = middle end
    end
    return low
  end

  local function with_host(headers)
    local all = { Host = wrk.headers["Host"] }
    for name, value in pairs(headers) do all[name] = value end
    return all
  end

  return function()
    local i = choose()
    local one = plan.requests[i]
    if one.counts then
      count = count + 1
      local body = one.body:gsub("{count}", tostring(count))
      return wrk.format(one.method, one.path, with_host(one.headers), body)
    end
    if not made[i] then made[i] = wrk.format(one.method, one.path, with_host(one.headers), one.body) end
    return made[i]
  end
end

function done(summary, latency)
  local counted = {}
  for status, count in pairs(one_thread:get("statuses")) do
    counted[#counted + 1] = string.format('"%d": %d', status, count)
  end
  local errors = summary.errors
  io.write(string.format(
    'STOA {"microseconds": %d, "requests": %d, "bytes": %d, "p50": %d, "p95": %d, "p99": %d, '
      .. '"refused": %d, "broken": %d, "late": %d, "statuses": {%s}}\n',
    summary.duration, summary.requests, summary.bytes,
    latency:percentile(50), latency:percentile(95), latency:percentile(99),
    errors.status, errors.connect + errors.read + errors.write, errors.timeout, table.concat(counted, ", ")
  ))
end
