import { Result, type Timestamp } from '@aegis/model';
import { cleanHttp } from '../normalize/clean-observation.ts';
import type { JsonObject } from '../normalize/json-object.ts';
import { isJsonObject } from '../normalize/json-object.ts';
import { parseTime } from '../normalize/parse-time.ts';
import { parseClfTime } from './clf-time.ts';
import { parseCookieHeader } from './cookie-header.ts';
import { fieldError, fieldIn, portIn, requiredAddress, statusIn, textIn } from './json-fields.ts';
import { parseJsonLine } from './json-line.ts';
import type { LineError } from './line-error.ts';
import { type Reader, shareRead } from './reader.ts';
import { parseRequestLine, type RequestLine } from './request-line.ts';

/**
 * Where each server keeps a field: Caddy (`request.*`), Traefik (capitals), nginx variables, ECS, then the names
 * people choose. What the client may write itself, X-Forwarded-For above all, is never taken for its address.
 */
const NAMES = {
  client: [
    'request.client_ip',
    'request.remote_ip',
    'request.remote_addr',
    'ClientHost',
    'remote_addr',
    'remoteAddr',
    'remote_ip',
    'remoteIp',
    'client_ip',
    'clientIp',
    'clientip',
    'client.ip',
    'source.ip',
    'c-ip',
    'ip',
  ],
  port: ['request.remote_port', 'ClientPort', 'remote_port', 'client.port', 'source.port'],
  time: [
    'ts',
    'StartUTC',
    'time_iso8601',
    'msec',
    'time_local',
    '@timestamp',
    'timestamp',
    'time',
    'datetime',
    'date',
  ],
  requestLine: ['request', 'request_line', 'requestLine'],
  method: ['request.method', 'RequestMethod', 'request_method', 'http.request.method', 'method', 'verb'],
  target: [
    'request.uri',
    'RequestPath',
    'request_uri',
    'requestUri',
    'url.original',
    'uri',
    'url',
    'target',
    'path',
  ],
  query: ['args', 'query_string', 'query'],
  status: [
    'status',
    'DownstreamStatus',
    'http.response.status_code',
    'response.status',
    'response_status',
    'status_code',
    'statusCode',
  ],
  headers: ['request.headers', 'request_headers', 'headers'],
  host: ['request.host', 'RequestHost', 'http_host', 'host', 'vhost', 'server_name'],
  userAgent: [
    'http_user_agent',
    'request_User-Agent',
    'user_agent.original',
    'user_agent',
    'userAgent',
    'useragent',
    'agent',
  ],
  referer: [
    'http_referer',
    'http_referrer',
    'request_Referer',
    'http.request.referrer',
    'referer',
    'referrer',
  ],
  cookie: ['http_cookie', 'request_Cookie'],
  body: ['request_body', 'http.request.body.content', 'request.body', 'body'],
} as const;

/** Access logs of one JSON object a line: Caddy, Traefik, nginx with a JSON log_format, and others like them. */
export function jsonAccessLogReader(): Reader {
  return { format: 'json-access-log', read, recognise: (lines) => shareRead(read, lines) };
}

const read: Reader['read'] = (line) => {
  if (line.trim() === '') return Result.ok(undefined);
  const parsed = parseLog(line);
  if (!parsed.ok) return parsed;
  const log = parsed.value;
  const client = requiredAddress(log, NAMES.client);
  if (!client.ok) return client;
  const at = readTime(log);
  if (!at.ok) return at;
  const request = readRequest(log);
  if (!request.ok) return request;

  const headers = readHeaders(log);
  const cookie = headers.cookie ?? textIn(log, NAMES.cookie);
  const observation = cleanHttp(request.value.target, at.value, {
    method: request.value.method,
    headers,
    cookies: typeof cookie === 'string' ? parseCookieHeader(cookie) : {},
    body: present(textIn(log, NAMES.body)),
    response_status: statusIn(log, NAMES.status),
  });
  const clientPort = portIn(log, NAMES.port);
  const userAgent = observation.headers['user-agent'];
  return Result.ok({
    kind: 'event',
    event: {
      at: at.value,
      client: client.value,
      ...(clientPort !== undefined && { clientPort }),
      sensor: 'access-log',
      protocol: 'http',
      ...(userAgent !== undefined && { userAgent }),
      observation,
    },
  });
};

/**
 * nginx without `escape=json` writes a quote as `\x22`, which is no JSON, on just those lines that attacks make.
 */
function parseLog(line: string): Result<JsonObject, LineError> {
  const parsed = parseJsonLine(line);
  if (parsed.ok || parsed.error.kind !== 'not_json' || !line.includes('\\x')) return parsed;
  const mended = parseJsonLine(line.replace(/\\x([0-9a-fA-F]{2})/g, '\\u00$1'));
  return mended.ok ? mended : parsed;
}

function readTime(log: JsonObject): Result<Timestamp, LineError> {
  for (const name of NAMES.time) {
    const value = fieldIn(log, [name]);
    const at =
      parseTime(value) ??
      (typeof value === 'string' ? parseClfTime(value.replace(/^\[|\]$/g, '')) : undefined);
    if (at !== undefined) return Result.ok(at);
  }
  return fieldError(log, NAMES.time, 'an epoch time, ISO 8601 or 29/Sep/2021:14:11:34 +0200, in 1990-2099');
}

function readRequest(log: JsonObject): Result<RequestLine, LineError> {
  const target = textIn(log, NAMES.target);
  if (target !== undefined) {
    const query = present(textIn(log, NAMES.query));
    const whole =
      query === undefined || target.includes('?') ? target : `${target}?${query.replace(/^\?/, '')}`;
    return Result.ok({ method: textIn(log, NAMES.method) ?? 'GET', target: whole });
  }
  const requestLine = textIn(log, NAMES.requestLine);
  if (requestLine !== undefined) return Result.ok(parseRequestLine(requestLine));
  return fieldError(log, NAMES.target, 'the request target, or the request line as `request`');
}

/** Lower-case names. */
function readHeaders(log: JsonObject): Record<string, unknown> {
  const headers = new Map<string, unknown>();
  const single = { host: NAMES.host, referer: NAMES.referer, 'user-agent': NAMES.userAgent };
  for (const [name, names] of Object.entries(single)) {
    const text = present(textIn(log, names));
    if (text !== undefined) headers.set(name, text);
  }
  const listed = fieldIn(log, NAMES.headers);
  if (isJsonObject(listed)) {
    for (const name in listed) headers.set(name.toLowerCase(), joined(listed[name]));
  }
  return Object.fromEntries(headers);
}

/** Caddy and Go log each header as a list of its values. */
function joined(value: unknown): unknown {
  return Array.isArray(value) && value.length === 1 ? value[0] : value;
}

/** `-` is what servers write for nothing. */
function present(text: string | undefined): string | undefined {
  return text === '-' ? undefined : text;
}
