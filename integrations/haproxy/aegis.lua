-- Asks Aegis about a request: in the global section,
--   lua-load /etc/haproxy/aegis.lua
-- and in a frontend,
--   http-request lua.aegis
--   http-request deny deny_status 429 if { var(txn.aegis_status) -m str 429 }
--   http-request deny deny_status 403 if { var(txn.aegis_status) -m str 403 }
-- The environment of HAProxy says where Aegis is and with which key: AEGIS_URL, AEGIS_KEY, and with AEGIS_FAIL=closed
-- that nobody passes while it is away. Aegis must believe HAProxy: http.trusted_proxies: [127.0.0.1].

local url = (os.getenv("AEGIS_URL") or "http://127.0.0.1:8411") .. "/check"
local key = os.getenv("AEGIS_KEY") or ""
local when_away = os.getenv("AEGIS_FAIL") == "closed" and "403" or "200"

local function first(headers, name)
  local values = headers[name]
  return values and values[0]
end

core.register_action("aegis", { "http-req" }, function(txn)
  local sent = txn.http:req_get_headers()
  local headers = {
    ["x-api-key"] = { key },
    ["x-forwarded-for"] = { txn.sf:src() },
    ["x-forwarded-host"] = { first(sent, "host") or "" },
    ["x-forwarded-proto"] = { txn.f:ssl_fc() == 1 and "https" or "http" },
    ["x-forwarded-uri"] = { txn.sf:url() },
  }
  local agent = first(sent, "user-agent")
  if agent then headers["user-agent"] = { agent } end

  local answer = core.httpclient():get({ url = url, headers = headers, timeout = 500 })
  local status = answer and answer.headers and first(answer.headers, "x-aegis-status")
  if status then
    txn:set_var("txn.aegis_reference", first(answer.headers, "x-aegis-decision") or "none")
  else
    core.Warning("aegis: no verdict, status " .. tostring(answer and answer.status))
  end
  txn:set_var("txn.aegis_status", status or when_away)
end)
