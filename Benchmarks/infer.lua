-- wrk: POST V2 inference of ROWS rows (environment, 1 without it) of FEATURES numbers (8) to MODEL (gb); BINARY=1 sends
-- and asks for binary tensors. 64 different bodies in turn, so that no server can answer one from a cache.
local ffi = require("ffi")
local rows = tonumber(os.getenv("ROWS") or "1")
local features = tonumber(os.getenv("FEATURES") or "8")
local model = os.getenv("MODEL") or "gb"
local binary = os.getenv("BINARY") == "1"
local bodies, turn = {}, 0

local function path() return "/v2/models/" .. model .. "/infer" end

local function json(body)
  local values = {}
  for i = 1, rows * features do values[i] = string.format("%.4f", math.random() * 4 - 2) end
  return wrk.format("POST", path(), {["Content-Type"] = "application/json"},
    string.format('{"id":"r%d","inputs":[{"name":"input","shape":[%d,%d],"datatype":"FP32","data":[%s]}]}',
      body, rows, features, table.concat(values, ",")))
end

local function tensors(body)
  local values = ffi.new("float[?]", rows * features)
  for i = 0, rows * features - 1 do values[i] = math.random() * 4 - 2 end
  local head = string.format('{"id":"r%d","parameters":{"binary_data_output":true},"inputs":[{"name":"input",' ..
    '"shape":[%d,%d],"datatype":"FP32","parameters":{"binary_data_size":%d}}]}', body, rows, features,
    rows * features * 4)
  return wrk.format("POST", path(), {["Content-Type"] = "application/octet-stream",
    ["Inference-Header-Content-Length"] = tostring(#head)}, head .. ffi.string(values, rows * features * 4))
end

function init()
  math.randomseed(42)
  for body = 1, 64 do bodies[body] = binary and tensors(body) or json(body) end
end

function request()
  turn = turn % 64 + 1
  return bodies[turn]
end

function done(summary, latency)
  local errors = summary.errors
  io.write(string.format('{"requests":%d,"seconds":%.3f,"p99_us":%d,"errors":%d}\n', summary.requests,
    summary.duration / 1e6, latency:percentile(99),
    errors.status + errors.connect + errors.read + errors.write + errors.timeout))
end
