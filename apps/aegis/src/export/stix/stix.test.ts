import type { SessionRecord } from '@aegis/model';
import { sessionRecord } from '@aegis/ports/conformance';
import { expect, test } from 'vitest';
import { hostileSession } from '../hostile-session.fixture.ts';
import type { StixObject } from './session-objects.ts';
import { sessionsAsStix } from './stix-bundle.ts';
import { canonicalJson, observableId } from './stix-id.ts';

interface Bundle {
  readonly type: string;
  readonly id: string;
  readonly objects: readonly StixObject[];
}

async function bundleOf(...sessions: readonly SessionRecord[]): Promise<Bundle> {
  let text = '';
  for await (const piece of sessionsAsStix(one(sessions))) text += piece;
  return JSON.parse(text) as Bundle;
}

async function* one(sessions: readonly SessionRecord[]): AsyncGenerator<SessionRecord> {
  yield* sessions;
}

const byType = ({ objects }: Bundle): Record<string, number> =>
  Object.fromEntries(
    [...Map.groupBy(objects, ({ type }) => type)].map(([type, each]) => [type, each.length]),
  );

test('ids of observables are those that section 2.9 makes', () => {
  // As OASIS's own library, stix2 3.0.2, makes them.
  expect(observableId('ipv4-addr', { value: '198.51.100.3' })).toBe(
    'ipv4-addr--28bb3599-77cd-5a82-a950-b5bc3caf07c4',
  );
  expect(observableId('ipv6-addr', { value: '2001:db8::1' })).toBe(
    'ipv6-addr--6469e3a9-b053-5e34-a025-9396ae051d26',
  );
  expect(observableId('domain-name', { value: 'example.com' })).toBe(
    'domain-name--bedb4899-d24b-5401-bc86-8f6b4cc18ec7',
  );
});

test('canonical JSON sorts names by code units and leaves nothing else', () => {
  expect(canonicalJson({ b: [1, { d: '\u20ac', c: null }], a: 'x\n', skip: undefined })).toBe(
    '{"a":"x\\n","b":[1,{"c":null,"d":"€"}]}',
  );
});

test('a grave session is an indicator with its proof, a light one is only observed', async () => {
  const grave = sessionRecord();
  const light = sessionRecord({ sess_uuid: 'light', threat_level: 'LOW', peer_ip: '2001:db8::1' });
  const bundle = await bundleOf(grave, light);
  expect(byType(bundle)).toEqual({
    identity: 1,
    'ipv4-addr': 1,
    'ipv6-addr': 1,
    'network-traffic': 2,
    'observed-data': 2,
    indicator: 1,
    sighting: 1,
    'attack-pattern': 1,
    relationship: 1,
  });
  expect(bundle.objects.find(({ type }) => type === 'indicator')).toMatchObject({
    pattern: "[ipv4-addr:value = '192.0.2.100']",
    valid_from: '2025-10-27T02:00:00.000Z',
    valid_until: '2025-11-26T02:05:30.000Z',
    confidence: 95,
  });
});

test("traffic has the id that OASIS's own library gives it", async () => {
  const { objects } = await bundleOf(sessionRecord());
  const traffic = objects.find(({ type }) => type === 'network-traffic');
  expect(traffic?.id).toBe('network-traffic--5964b98f-abfe-5cf6-888d-19b8fff0bb84');
});

test('every reference is to an object of the bundle, and no id comes twice', async () => {
  const { objects } = await bundleOf(
    hostileSession,
    ...['a', 'b'].map((sess_uuid) => sessionRecord({ sess_uuid })),
  );
  const ids = objects.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  const references = objects.flatMap((object) =>
    Object.entries(object).flatMap(([name, value]) =>
      name.endsWith('_ref') || name.endsWith('_refs') ? (Array.isArray(value) ? value : [value]) : [],
    ),
  );
  expect(references.length).toBeGreaterThan(10);
  expect(new Set(references).difference(new Set(ids))).toEqual(new Set());
});

test('the same sessions are the same bundle; none are one as well', async () => {
  expect(await bundleOf(sessionRecord())).toEqual(await bundleOf(sessionRecord()));
  expect(byType(await bundleOf())).toEqual({ identity: 1 });
});
