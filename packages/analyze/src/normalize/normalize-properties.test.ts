import { Address, ATTACK_TYPES, type Observation, type Session } from '@aegis/model';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { LIMITS } from './limits.ts';
import { normalize } from './normalize.ts';
import { sessionToInput } from './session-to-input.ts';

const receivedAt = Date.UTC(2026, 0, 1);

const text = fc.oneof(
  fc.string({ maxLength: 30 }),
  // Any UTF-16 units, lone surrogates among them.
  fc.array(fc.nat(0xffff), { maxLength: 10 }).map((units) => String.fromCharCode(...units)),
  fc.constantFrom(
    '',
    'sqli',
    '__proto__',
    'constructor',
    '/login',
    "' OR 1=1--",
    '\ud83d',
    'a\0b',
    'x'.repeat(40_000),
  ),
);
const time = fc.oneof(
  fc.integer({ min: 631152000, max: 1767225600 }),
  fc.integer({ min: 631152000000, max: 1767225600000 }),
  fc.constantFrom(
    '2025-10-27T02:00:00Z',
    '2025-10-27 02:00:00',
    '1698364800.5',
    'never',
    '',
    null,
    -0,
    1e300,
  ),
);
const anything = fc.anything({ maxDepth: 2, values: [text, fc.double(), fc.boolean(), fc.constant(null)] });
const loose = (arbitrary: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> =>
  fc.oneof({ weight: 5, arbitrary }, { weight: 1, arbitrary: anything });
const record = fc.oneof(
  fc.dictionary(text, loose(text), { maxKeys: 5 }),
  fc.constant(JSON.parse('{"__proto__":"x"}')),
);
const request = fc.record(
  {
    path: loose(text),
    method: loose(text),
    headers: loose(record),
    cookies: loose(record),
    body: loose(text),
    timestamp: loose(time),
    response_status: loose(fc.integer({ min: -1, max: 1200 })),
    attack_type: loose(fc.oneof(fc.constantFrom(...ATTACK_TYPES, 'xss'), text)),
  },
  { requiredKeys: ['path'] },
);
const timed = (fields: Record<string, fc.Arbitrary<unknown>>): fc.Arbitrary<unknown> =>
  fc.array(loose(fc.record({ time: loose(time), ...fields }, { requiredKeys: [] })), { maxLength: 5 });
const input = fc.record(
  {
    sess_uuid: fc.oneof(fc.uuid(), text),
    peer_ip: fc.oneof(fc.ipV4(), fc.ipV6(), fc.constantFrom('192.168.1.1/24', '::ffff:1.2.3.4'), text),
    peer_port: loose(fc.oneof(fc.nat(70_000), fc.constantFrom('22', -0, 1.5))),
    user_agent: loose(text),
    sensor: loose(text),
    protocol: loose(fc.constantFrom('http', 'HTTPS', 'ssh', 'telnet', 'smtp')),
    snare_uuid: loose(text),
    start_time: loose(time),
    end_time: loose(time),
    attack_types: loose(fc.oneof(record, fc.array(text), text)),
    attack_count: loose(record),
    requests: loose(fc.array(loose(request), { maxLength: 8 })),
    paths: loose(fc.array(loose(request), { maxLength: 8 })),
    logins: loose(timed({ username: loose(text), password: loose(text), success: loose(fc.boolean()) })),
    commands: loose(timed({ input: loose(text) })),
    downloads: loose(timed({ url: loose(text), sha256: loose(text) })),
    request_count: loose(fc.oneof(fc.nat(), fc.constantFrom(-0, 1e12, '7'))),
    cookies: loose(record),
    referer: loose(text),
    location: loose(fc.constantFrom('NA', 'de', { country_code: 'US' }, { country: 'fr' })),
    possible_owners: loose(fc.dictionary(text, loose(fc.double()), { maxKeys: 20 })),
    hidden_links: loose(fc.nat()),
  },
  { requiredKeys: ['sess_uuid', 'peer_ip'] },
);

test('never throws, whatever the JSON', () => {
  fc.assert(
    fc.property(fc.oneof(input, anything), (value) => {
      const result = normalize(value, { receivedAt });
      if (!result.ok) expect(result.error.message).not.toBe('');
    }),
    { numRuns: 600 },
  );
});

test('stays within the limits, and normalizing again changes nothing', () => {
  let accepted = 0;
  fc.assert(
    fc.property(input, (value) => {
      const result = normalize(JSON.parse(JSON.stringify(value)), { receivedAt });
      if (!result.ok) return;
      accepted++;
      withinLimits(result.value);
      const wire = JSON.stringify(sessionToInput(result.value));
      const again = normalize(JSON.parse(wire), { receivedAt });
      expect(again).toEqual(result);
    }),
    { numRuns: 800 },
  );
  expect(accepted).toBeGreaterThan(150);
});

test('a session with more than is kept normalizes again to itself', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(text, fc.nat(1000)), { minLength: 300, maxLength: 400 }), (paths) => {
      const requests = paths.map(([path, second]) => ({
        path: path.slice(0, 50),
        timestamp: 1698364800 + second,
      }));
      const first = normalize({ sess_uuid: 'x', peer_ip: '192.0.2.1', requests }, { receivedAt });
      if (!first.ok) throw new Error(first.error.message);
      withinLimits(first.value);
      expect(first.value.observationCount).toBe(requests.length);
      expect(normalize(sessionToInput(first.value), { receivedAt })).toEqual(first);
    }),
    { numRuns: 20 },
  );
});

function withinLimits(session: Session): void {
  expect(session.id.length).toBeLessThanOrEqual(LIMITS.id);
  expect(Address.parse(session.client)).toEqual({ ok: true, value: session.client });
  expect(session.userAgent.length).toBeLessThanOrEqual(LIMITS.userAgent);
  expect(session.sensor.length).toBeLessThanOrEqual(LIMITS.sensor);
  expect(session.startedAt).toBeLessThanOrEqual(session.endedAt);
  expect(Number.isInteger(session.startedAt) && Number.isInteger(session.endedAt)).toBe(true);
  expect(session.observations.length).toBeLessThanOrEqual(LIMITS.firstObservations + LIMITS.oddObservations);
  const counted = session.observations.some(({ kind }) => kind === 'http')
    ? session.observations.filter(({ kind }) => kind !== 'login')
    : session.observations;
  expect(session.observationCount).toBeGreaterThanOrEqual(counted.length);
  expect(new Set(session.labels).size).toBe(session.labels.length);
  for (const label of session.labels) expect(ATTACK_TYPES).toContain(label);
  expect(Object.keys(session.possibleOwners ?? {}).length).toBeLessThanOrEqual(LIMITS.owners);
  for (const share of Object.values(session.possibleOwners ?? {}))
    expect(share >= 0 && share <= 1).toBe(true);
  let before = session.startedAt;
  for (const observation of session.observations) {
    expect(observation.at).toBeGreaterThanOrEqual(before);
    before = observation.at;
    observationWithinLimits(observation);
  }
  expect(session.endedAt).toBeGreaterThanOrEqual(before);
}

function observationWithinLimits(observation: Observation): void {
  switch (observation.kind) {
    case 'http':
      expect(observation.method.length).toBeLessThanOrEqual(LIMITS.method);
      expect(observation.target.length).toBeLessThanOrEqual(LIMITS.target);
      expect(observation.target).not.toMatch(/\p{Cc}/u);
      expect(observation.body?.length ?? 0).toBeLessThanOrEqual(LIMITS.body);
      expect(Object.keys(observation.headers).length).toBeLessThanOrEqual(LIMITS.headers);
      for (const [name, value] of Object.entries(observation.headers)) {
        expect(name.length).toBeLessThanOrEqual(LIMITS.headerName);
        expect(value.length).toBeLessThanOrEqual(LIMITS.headerValue);
      }
      expect(Object.keys(observation.cookies).length).toBeLessThanOrEqual(LIMITS.cookies);
      for (const [name, value] of Object.entries(observation.cookies)) {
        expect(name.length).toBeLessThanOrEqual(LIMITS.cookieName);
        expect(value.length).toBeLessThanOrEqual(LIMITS.cookieValue);
      }
      break;
    case 'login':
      expect(observation.username.length).toBeLessThanOrEqual(LIMITS.username);
      expect(observation.password?.length ?? 0).toBeLessThanOrEqual(LIMITS.password);
      break;
    case 'command':
      expect(observation.input.length).toBeLessThanOrEqual(LIMITS.command);
      break;
    case 'download':
      expect(observation.url.length).toBeLessThanOrEqual(LIMITS.url);
  }
}
