import { normalize } from '@aegis/analyze';
import type { SessionRecord } from '@aegis/model';
import type { Geo, GeoFacts } from '@aegis/ports';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { judge } from './judge.ts';
import { attack, discard, openPipeline, type PipelineFixture } from './pipeline-fixture.ts';

let fixture: PipelineFixture;
beforeEach(async () => {
  fixture = await openPipeline();
});
afterEach(() => discard(fixture));

const knowing = (facts: GeoFacts): Geo => ({
  lookup: (family) => (family === 4 ? facts : {}),
  sources: () => [],
  refresh: async () => {},
  close: async () => {},
});

test('a record has the country and AS that the geo files gave when it was judged first', async () => {
  const { memory, clock } = fixture;
  const session = normalize(attack(1), { receivedAt: clock.now() });
  if (!session.ok) throw new Error(session.error.message);
  const recordBy = async (geo: Geo, stored?: SessionRecord): Promise<SessionRecord | undefined> => {
    const before = new Map(stored === undefined ? [] : [[session.value.id, stored]]);
    return (await judge([session.value], before, { memory, geo, clock }))[0]?.record;
  };
  const german = knowing({ country: 'DE', continent: 'EU', as: '64496', asName: 'Example Net' });
  const first = await recordBy(german);
  expect(first?.threat_intelligence).toMatchObject({ country: 'DE', asn: 64_496, as_name: 'Example Net' });
  expect(await recordBy(knowing({ country: 'FR' }), first)).toEqual(first);
  expect((await recordBy(knowing({})))?.threat_intelligence).not.toHaveProperty('country');
});
