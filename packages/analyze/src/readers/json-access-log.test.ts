import { expect, test } from 'vitest';
import { jsonAccessLogReader } from './json-access-log.ts';

const AT = Date.UTC(2021, 11, 8, 14, 2, 43);

const CADDY = {
  level: 'info',
  ts: AT / 1000 + 0.25,
  logger: 'http.log.access',
  msg: 'handled request',
  request: {
    remote_ip: '10.0.0.1',
    remote_port: '4711',
    client_ip: '203.0.113.7',
    proto: 'HTTP/2.0',
    method: 'POST',
    host: 'example.org',
    uri: "/a?b='",
    headers: { 'User-Agent': ['curl/8'], 'X-Forwarded-For': ['1.1.1.1', '2.2.2.2'], Cookie: ['a=1; b=%27'] },
  },
  status: 404,
};
const TRAEFIK = {
  ClientAddr: '203.0.113.7:39490',
  ClientHost: '203.0.113.7',
  ClientPort: '39490',
  DownstreamStatus: 404,
  RequestHost: 'test.docker.localhost',
  RequestMethod: 'GET',
  RequestPath: '/594VAEoi.dtd',
  StartUTC: '2021-12-08T14:02:43.464763557Z',
  'request_User-Agent': 'Nikto',
  time: '2021-12-08T14:02:44Z',
};
const NGINX = {
  time_local: '08/Dec/2021:15:02:43 +0100',
  remote_addr: '203.0.113.7',
  request: 'GET /x?y=z HTTP/1.1',
  status: '200',
  http_user_agent: '-',
  http_referer: 'http://r/',
};
const ECS = {
  '@timestamp': '2021-12-08T14:02:43Z',
  source: { ip: '203.0.113.7', port: 1 },
  'http.request.method': 'GET',
  url: { original: '/e' },
  user_agent: { original: 'zgrab/0.x' },
  http: { response: { status_code: 500 } },
};

test.each([
  [
    'Caddy',
    CADDY,
    {
      at: AT + 250,
      clientPort: 4711,
      userAgent: 'curl/8',
      observation: {
        method: 'POST',
        target: "/a?b='",
        status: 404,
        headers: { host: 'example.org', 'user-agent': 'curl/8', 'x-forwarded-for': '1.1.1.1, 2.2.2.2' },
        cookies: { a: '1', b: '%27' },
      },
    },
  ],
  [
    'Traefik',
    TRAEFIK,
    {
      at: AT + 464,
      clientPort: 39490,
      userAgent: 'Nikto',
      observation: { target: '/594VAEoi.dtd', status: 404 },
    },
  ],
  [
    'nginx',
    NGINX,
    {
      at: AT,
      observation: { method: 'GET', target: '/x?y=z', status: 200, headers: { referer: 'http://r/' } },
    },
  ],
  ['ECS', ECS, { at: AT, clientPort: 1, userAgent: 'zgrab/0.x', observation: { target: '/e', status: 500 } }],
  ['path and query apart', { ...NGINX, uri: '/p', args: 'a=1' }, { observation: { target: '/p?a=1' } }],
])('%s', (_, log, expected) => {
  expect(jsonAccessLogReader().read(JSON.stringify(log))).toMatchObject({
    ok: true,
    value: {
      kind: 'event',
      event: { client: '203.0.113.7', sensor: 'access-log', protocol: 'http', ...expected },
    },
  });
});

test("nginx's escapes inside JSON are mended", () => {
  const line =
    '{"time":"2021-12-08T14:02:43Z","remote_addr":"203.0.113.7","uri":"/?q=\\x22\\x3C","status":200}';
  expect(jsonAccessLogReader().read(line)).toMatchObject({
    value: { event: { observation: { target: '/?q="<' } } },
  });
});

test.each([
  [{ ...NGINX, remote_addr: undefined }, 'missing_field', 'request.client_ip'],
  [{ ...NGINX, remote_addr: 'unix:' }, 'bad_value', 'remote_addr'],
  [{ ...NGINX, time_local: 'today' }, 'bad_value', 'time_local'],
  [{ ...NGINX, request: undefined }, 'missing_field', 'request.uri'],
])('%#', (log, kind, field) => {
  expect(jsonAccessLogReader().read(JSON.stringify(log))).toMatchObject({
    ok: false,
    error: { kind, field },
  });
});
