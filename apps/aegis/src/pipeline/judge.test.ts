import { freshRecognition, normalize } from '@aegis/analyze';
import type { SessionRecord } from '@aegis/model';
import type { Geo, GeoFacts } from '@aegis/ports';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type CrawlerProof, NO_CRAWLERS } from '../crawlers/crawler-proof.ts';
import { judge, type ListedAddresses, NO_FEEDS } from './judge.ts';
import { attack, discard, openPipeline, type PipelineFixture, visit } from './pipeline-fixture.ts';

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
    return (
      await judge([session.value], before, {
        memory,
        feeds: NO_FEEDS,
        geo,
        crawlers: NO_CRAWLERS,
        recognition: freshRecognition,
        clock,
      })
    )[0]?.record;
  };
  const german = knowing({ country: 'DE', continent: 'EU', as: '64496', asName: 'Example Net' });
  const first = await recordBy(german);
  expect(first?.threat_intelligence).toMatchObject({ country: 'DE', asn: 64_496, as_name: 'Example Net' });
  expect(await recordBy(knowing({ country: 'FR' }), first)).toEqual(first);
  expect((await recordBy(knowing({})))?.threat_intelligence).not.toHaveProperty('country');
});

test('who is on a feed is known, in its category; judged again it is what it was', async () => {
  const { memory, clock } = fixture;
  const session = normalize(visit(1), { receivedAt: clock.now() });
  if (!session.ok) throw new Error(session.error.message);
  const { id, client } = session.value;
  const recordBy = async (
    feeds: ListedAddresses,
    stored?: SessionRecord,
  ): Promise<SessionRecord | undefined> => {
    const before = new Map(stored === undefined ? [] : [[id, stored]]);
    return (
      await judge([session.value], before, {
        memory,
        feeds,
        geo: knowing({}),
        crawlers: NO_CRAWLERS,
        recognition: freshRecognition,
        clock,
      })
    )[0]?.record;
  };
  const first = await recordBy({
    reputation: (address) => (address === client ? { categories: ['tor_exit'], score: 77 } : undefined),
  });
  expect(first?.threat_intelligence).toMatchObject({ is_known_malicious: true, reputation_score: 77 });
  expect(first?.threat_intelligence.threat_categories).toContain('tor_exit');
  expect((await recordBy(NO_FEEDS))?.threat_intelligence.is_known_malicious).toBe(false);
  // After a crash: the feed has dropped the address meanwhile.
  expect(await recordBy(NO_FEEDS, first)).toEqual(first);
});

test.each([
  [true, 'proved'],
  [false, 'refuted'],
  [undefined, 'unknown'],
] as const)('a crawler whose proof was %s stays %s when it is judged again', async (proof, verification) => {
  const { memory, clock } = fixture;
  const agent = 'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)';
  const session = normalize({ ...visit(1), user_agent: agent }, { receivedAt: clock.now() });
  if (!session.ok) throw new Error(session.error.message);
  const recordBy = async (
    crawlers: CrawlerProof,
    stored?: SessionRecord,
  ): Promise<SessionRecord | undefined> => {
    const before = new Map(stored === undefined ? [] : [[session.value.id, stored]]);
    const known = { memory, feeds: NO_FEEDS, geo: knowing({}), crawlers };
    const [analysis] = await judge([session.value], before, {
      ...known,
      recognition: freshRecognition,
      clock,
    });
    return analysis?.record;
  };
  const first = await recordBy({ proves: () => proof });
  expect(first?.user_agent_info).toMatchObject({ verified: proof === true, verification });
  // Meanwhile the lists say otherwise.
  expect(await recordBy({ proves: () => proof === undefined }, first)).toEqual(first);
});
