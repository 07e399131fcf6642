import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { ATTACK_TYPES, ManualClock, type SessionRecord, THREAT_LEVELS } from '@aegis/model';
import type { Archive, SessionQuery } from '@aegis/ports';
import { sessionRecord } from '@aegis/ports/conformance';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openFileArchive } from './file-archive.ts';
import { planFind } from './find-plan.ts';

const BASE = Date.UTC(2025, 9, 27);
const PEERS = ['192.0.2.1', '192.0.2.130', '198.51.100.7', '2001:db8::1'];
const TYPES = ATTACK_TYPES.slice(0, 3);
const OWNERS = ['tool', 'crawler'] as const;

let folder: string;
let archive: Archive;
/** More than are cheap to sort, many of one start. */
const records: readonly SessionRecord[] = Array.from({ length: 6_000 }, (_, i) =>
  sessionRecord({
    sess_uuid: `s${(i * 7_919) % 6_000}`,
    start_time: new Date(BASE + Math.floor(i / 5) * 1_000).toISOString(),
    peer_ip: PEERS[i % 97 === 0 ? (i % 3) + 1 : 0] as string,
    attack_types: TYPES.filter((_type, n) => i % (n + 2) === 0),
    threat_level: THREAT_LEVELS[i % 5] as SessionRecord['threat_level'],
    risk_score: i % 101,
    possible_owners: { [OWNERS[i % 2] as string]: 0.9 },
    ...(i % 10 === 0 ? { snare_uuid: 'snare-9' } : {}),
  }),
);

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'aegis-plan-'));
  archive = await openFileArchive({ folder, clock: new ManualClock() });
  await archive.store(records);
});
afterAll(async () => {
  await archive.close();
  rmSync(folder, { recursive: true, force: true });
});

const time = fc.integer({ min: BASE - 1_000, max: BASE + 1_300_000 });
const query = fc.record(
  {
    from: time,
    to: time,
    peer: fc.constantFrom(...PEERS, '192.0.2.0/24', '192.0.2.128/25', '0.0.0.0/0', '::/0'),
    attackType: fc.constantFrom(...TYPES),
    level: fc.constantFrom(...THREAT_LEVELS),
    owner: fc.constantFrom(...OWNERS),
    snareUuid: fc.constantFrom('snare-1', 'snare-9', 'none'),
    minScore: fc.nat({ max: 100 }),
    maxScore: fc.nat({ max: 100 }),
  },
  { requiredKeys: [] },
);

/** The same by looking at every record. */
function filtered(asked: Partial<SessionQuery>): readonly string[] {
  const { from = -Infinity, to = Infinity, minScore = 0, maxScore = 100 } = asked;
  return records
    .filter((each) => {
      const start = Date.parse(each.start_time);
      return (
        start >= from &&
        start < to &&
        each.risk_score >= minScore &&
        each.risk_score <= maxScore &&
        (asked.level === undefined || each.threat_level === asked.level) &&
        (asked.snareUuid === undefined || each.snare_uuid === asked.snareUuid) &&
        (asked.attackType === undefined || each.attack_types.includes(asked.attackType)) &&
        (asked.owner === undefined || Object.hasOwn(each.possible_owners, asked.owner)) &&
        (asked.peer === undefined || covers(asked.peer, each.peer_ip))
      );
    })
    .toSorted(
      (a, b) => Date.parse(b.start_time) - Date.parse(a.start_time) || (a.sess_uuid < b.sess_uuid ? -1 : 1),
    )
    .map((each) => each.sess_uuid);
}

/** By the text of the peers and prefixes drawn here. */
function covers(asked: string, address: string): boolean {
  if (!asked.includes('/')) return address === asked;
  if (asked === '::/0') return true;
  if (asked === '0.0.0.0/0') return !address.includes(':');
  return asked === '192.0.2.128/25' ? address === '192.0.2.130' : address.startsWith('192.0.2.');
}

test('whatever is asked, and however it is walked, the pages are what a look at every record gives', async () => {
  await fc.assert(
    fc.asyncProperty(query, fc.constantFrom(100, 500), async (asked, limit) => {
      const found: string[] = [];
      for (let cursor: string | undefined; ; ) {
        const page = await archive.find({ ...asked, limit, ...(cursor !== undefined && { cursor }) });
        found.push(...page.sessions.map((each) => each.sess_uuid));
        if (page.next === undefined || found.length > 1_500) break;
        cursor = page.next;
      }
      const expected = filtered(asked);
      expect(found).toEqual(expected.slice(0, found.length));
      if (found.length <= 1_500) expect(found.length).toBe(expected.length);
    }),
    { numRuns: 60 },
  );
}, 120_000);

test('nothing is read that no index leads to, and nothing large is sorted', () => {
  const db = new DatabaseSync(join(folder, 'archive.db'), { readOnly: true });
  const planOf = (asked: Partial<SessionQuery>): string => {
    const { sql, parameters } = planFind(db, { limit: 1, ...asked });
    const rows = db.prepare(`EXPLAIN QUERY PLAN ${sql}`).all(...parameters, 1);
    return rows.map(({ detail }) => String(detail)).join('; ');
  };
  const sorted = 'USE TEMP B-TREE FOR ORDER BY';
  for (const asked of [
    {},
    { from: BASE, to: BASE + 1_000 },
    { peer: '192.0.2.1' },
    { peer: '192.0.2.0/24' },
    { level: 'HIGH', minScore: 90 },
    { attackType: 'sql_injection', owner: 'tool' },
    { snareUuid: 'snare-9', level: 'LOW' },
    { minScore: 100 },
  ] as const) {
    expect(planOf(asked)).not.toContain(sorted);
    expect(planOf(asked)).toMatch(/INDEX|PRIMARY KEY/);
  }
  // A prefix of few sessions is looked up and sorted, one of most is met on the way through time.
  expect(planOf({ peer: '198.51.100.0/24' })).toMatch(/session_peer.*USE TEMP B-TREE FOR ORDER BY/);
  expect(planOf({ peer: '192.0.2.0/24' })).toContain('session_start');
  // Of two conditions the one that leaves less is walked.
  expect(planOf({ peer: '198.51.100.7', level: 'HIGH' })).toContain('session_peer');
  db.close();
});
