-- wrk: POST V2 inference of ROWS rows (environment, 1 without it) to the model gb.
-- 64 different bodies in turn, so that no server can answer one from a cache.
local rows = tonumber(os.getenv("ROWS") or "1")
local bodies, turn = {}, 0

function init()
  math.randomseed(42)
  for body = 1, 64 do
    local values = {}
    for i = 1, rows * 8 do values[i] = string.format("%.4f", math.random() * 4 - 2) end
    bodies[body] = wrk.format("POST", "/v2/models/gb/infer", {["Content-Type"] = "application/json"},
      string.format('{"id":"r%d","inputs":[{"name":"input","shape":[%d,8],"datatype":"FP32","data":[%s]}]}',
        body, rows, table.concat(values, ",")))
  end
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
