import type { SessionRecord, ThreatLevel } from '@aegis/model';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Archive, SessionQuery } from './archive.ts';
import { sessionRecord } from './session-record.fixture.ts';

export interface ArchiveFixture {
  /** An archive on a fresh, empty store. */
  open(): Promise<Archive>;
  /** The store of the last `open` again, as another process or connection would see it. */
  reopen(): Promise<Archive>;
  /** Removes what `open` made, after the archives were closed. */
  cleanup(): Promise<void>;
}

/** Every promise of the {@link Archive} port, for any adapter. */
export function archiveConformance(name: string, fixture: ArchiveFixture): void {
  describe(`Archive conformance: ${name}`, () => {
    let archive: Archive;
    const opened: Archive[] = [];
    const reopen = async (): Promise<Archive> => {
      const other = await fixture.reopen();
      opened.push(other);
      return other;
    };
    beforeEach(async () => {
      archive = await fixture.open();
      opened.push(archive);
    });
    afterEach(async () => {
      for (const each of opened.splice(0)) await each.close();
      await fixture.cleanup();
    });
    /** The ids of all pages, in order. */
    const found = async (query: Partial<SessionQuery> = {}): Promise<readonly string[]> =>
      (await pages(archive, { limit: 500, ...query })).flat();

    describe('store', () => {
      test('keeps a session as it is', async () => {
        const record = sessionRecord({
          user_agent: 'ünï ☃ 😀 \u202e "quoted" \\ \n\r\t\u2028',
          recommendation_reasons: JSON.parse('{"__proto__":"own","constructor":"own"}') as Record<
            string,
            string
          >,
        });
        expect(await archive.store([record])).toEqual([true]);
        expect(await archive.get(record.sess_uuid)).toEqual(record);
        expect(await archive.get('another')).toBeUndefined();
      });

      test('keeps an id once, the first one, and says so', async () => {
        const first = session('a', { request_count: 1 });
        const second = session('a', { request_count: 2, start_time: '2025-10-28T00:00:00.000Z' });
        expect(await archive.store([first, second, session('b')])).toEqual([true, false, true]);
        expect(await archive.store([second, session('c')])).toEqual([false, true]);
        expect(await archive.get('a')).toEqual(first);
        expect((await found()).toSorted()).toEqual(['a', 'b', 'c']);
        expect(await archive.days()).toEqual(['2025-10-27']);
      });

      test('takes any id', async () => {
        const ids = ['lone \ud800', 'nul \u0000', '__proto__', '../../x', "' OR 1=1 --", '%', 'ß'];
        expect(await archive.store(ids.map((id) => session(id)))).toEqual(ids.map(() => true));
        for (const id of ids) expect(await archive.get(id)).toEqual(session(id));
        expect(await archive.store(ids.map((id) => session(id)))).toEqual(ids.map(() => false));
        expect((await archive.find({ limit: 500 })).sessions).toHaveLength(ids.length);
      });

      test('of nothing keeps nothing', async () => {
        expect(await archive.store([])).toEqual([]);
        expect(await archive.days()).toEqual([]);
        expect(await found()).toEqual([]);
      });

      test('keeps an id once though several store it at the same time', async () => {
        const archives = [archive, await reopen(), await reopen()];
        const ids = Array.from({ length: 50 }, (_, i) => `s${i}`);
        const answers = await Promise.all(
          archives.flatMap((each) => [
            each.store(ids.slice(0, 30).map((id) => session(id))),
            each.store(ids.slice(20).map((id) => session(id))),
          ]),
        );
        expect(answers.flat().filter(Boolean)).toHaveLength(50);
        expect((await found()).toSorted()).toEqual(ids.toSorted());
        expect(await archive.stats({})).toMatchObject({ sessions: 50, requests: 50 * 15 });
      });

      test('keeps a record of 1 MiB', async () => {
        const large = session('large', { user_agent: 'é'.repeat(524_288) });
        await archive.store([session('before'), large, session('after')]);
        expect((await archive.get('large'))?.user_agent === large.user_agent).toBe(true);
        expect(await archive.get('after')).toEqual(session('after'));
      });

      test('is seen by another process, now and after all have closed', async () => {
        await archive.store([session('a')]);
        const other = await reopen();
        expect(await other.get('a')).toEqual(session('a'));
        await other.store([session('b')]);
        expect(await archive.get('b')).toEqual(session('b'));
        for (const each of opened.splice(0)) await each.close();
        archive = await reopen();
        expect((await found()).toSorted()).toEqual(['a', 'b']);
      });
    });

    describe('find', () => {
      test('gives the newest first, then by id', async () => {
        await archive.store([
          session('b', { start_time: '2025-10-27T02:00:00.000Z' }),
          session('c', { start_time: '2025-10-27T02:00:00.001Z' }),
          session('a', { start_time: '2025-10-27T02:00:00.000Z' }),
          session('d', { start_time: '2024-02-29T23:59:59.999Z' }),
        ]);
        expect(await found()).toEqual(['c', 'a', 'b', 'd']);
      });

      test('pages through everything once, whatever is stored meanwhile', async () => {
        const records = Array.from({ length: 25 }, (_, i) =>
          session(`s${String(i).padStart(2, '0')}`, { start_time: at(Math.floor(i / 4) * 60_000) }),
        );
        await archive.store(records);
        const expected = await found();
        expect(expected).toHaveLength(25);
        const first = await archive.find({ limit: 10 });
        expect(first.sessions).toHaveLength(10);
        await archive.store([session('newer', { start_time: at(3_600_000) })]);
        const rest = await pages(archive, { limit: 10, cursor: first.next as string });
        expect(rest.map((page) => page.length)).toEqual([10, 5]);
        expect([...first.sessions.map((each) => each.sess_uuid), ...rest.flat()]).toEqual(expected);
      });

      test('gives no next where there is no more', async () => {
        await archive.store([session('a'), session('b')]);
        expect((await archive.find({ limit: 2 })).next).toBeUndefined();
        expect((await archive.find({ limit: 1 })).next).toBeDefined();
      });

      test('by time: from inclusive, to exclusive', async () => {
        await archive.store([0, 1, 2, 3].map((ms) => session(`${ms}`, { start_time: at(ms) })));
        const base = Date.parse(at(0));
        expect(await found({ from: base + 1, to: base + 3 })).toEqual(['2', '1']);
        expect(await found({ from: base + 2 })).toEqual(['3', '2']);
        expect(await found({ to: base + 1 })).toEqual(['0']);
      });

      test('by peer: an address or a prefix, of either family', async () => {
        const peers = ['192.0.2.0', '192.0.2.127', '192.0.2.128', '192.0.3.0', '2001:db8::1', '2001:db9::'];
        await archive.store(peers.map((peer_ip) => session(peer_ip, { peer_ip })));
        const by = async (peer: string): Promise<readonly string[]> => (await found({ peer })).toSorted();
        expect(await by('192.0.2.127')).toEqual(['192.0.2.127']);
        expect(await by('::ffff:192.0.2.127')).toEqual(['192.0.2.127']);
        expect(await by('192.0.2.0/25')).toEqual(['192.0.2.0', '192.0.2.127']);
        expect(await by('192.0.2.0/23')).toEqual(['192.0.2.0', '192.0.2.127', '192.0.2.128', '192.0.3.0']);
        expect(await by('0.0.0.0/0')).toHaveLength(4);
        expect(await by('2001:db8::/32')).toEqual(['2001:db8::1']);
        expect(await by('2001:db8::/31')).toEqual(['2001:db8::1', '2001:db9::']);
        expect(await by('2001:0db8:0::0001')).toEqual(['2001:db8::1']);
        expect(await by('203.0.113.0/24')).toEqual([]);
      });

      test('by what was found and who it may have been', async () => {
        await archive.store([
          session('a', { attack_types: ['sql_injection', 'scanner'], threat_level: 'LOW', risk_score: 20 }),
          session('b', {
            attack_types: ['scanner'],
            possible_owners: { crawler: 0.7, tool: 0.3 },
            risk_score: 39.5,
          }),
          session('c', { attack_types: [], snare_uuid: 'snare-2', user_agent: 'Mozilla/5.0 (X11) Firefox' }),
          session('d', { ...country('DE'), risk_score: 90, threat_level: 'CRITICAL' }),
        ]);
        const by = async (query: Partial<SessionQuery>): Promise<string> =>
          (await found(query)).toSorted().join('');
        expect(await by({ attackType: 'scanner' })).toBe('ab');
        expect(await by({ attackType: 'sql_injection' })).toBe('ad');
        expect(await by({ attackType: 'ssrf' })).toBe('');
        expect(await by({ level: 'LOW' })).toBe('a');
        expect(await by({ owner: 'tool' })).toBe('acd');
        expect(await by({ owner: 'crawler' })).toBe('b');
        expect(await by({ country: 'DE' })).toBe('d');
        expect(await by({ snareUuid: 'snare-2' })).toBe('c');
        expect(await by({ userAgent: 'firefox' })).toBe('c');
        expect(await by({ userAgent: 'sqlmap/1.5.2' })).toBe('abd');
        expect(await by({ minScore: 39.5 })).toBe('bcd');
        expect(await by({ maxScore: 39.5 })).toBe('ab');
        expect(await by({ minScore: 39.5, maxScore: 75 })).toBe('bc');
        expect(await by({ attackType: 'scanner', level: 'HIGH', owner: 'crawler', country: 'NL' })).toBe('b');
      });

      test('by text anywhere in the record, in any case, as it is written', async () => {
        await archive.store([
          session('a', { requests: [{ time: at(0), method: 'GET', path: '/WP-Login.php?q="%\\_"' }] }),
          session('b', { recommendations: ['Ünïcode ☃'] }),
          session('c', { request_count: 4_711, user_agent: 'line\nnext' }),
        ]);
        const by = async (text: string): Promise<string> => (await found({ text })).toSorted().join('');
        expect(await by('wp-login')).toBe('a');
        expect(await by('q="%\\_"')).toBe('a');
        expect(await by('ünÏCODE ☃')).toBe('b');
        expect(await by('4711')).toBe('c');
        expect(await by('e\nn')).toBe('c');
        expect(await by('nnext')).toBe('');
        expect(await by('192.0.2.100')).toBe('abc');
        expect(await by("' or 1=1 --")).toBe('');
      });

      test('pages through filtered results', async () => {
        await archive.store(
          Array.from({ length: 40 }, (_, i) =>
            session(`s${String(i).padStart(2, '0')}`, {
              start_time: at(i),
              attack_types: i % 2 === 0 ? ['scanner'] : ['index'],
              user_agent: i % 4 === 0 ? 'needle' : 'hay',
            }),
          ),
        );
        const byType = await pages(archive, { limit: 7, attackType: 'scanner' });
        expect(byType.flat()).toHaveLength(20);
        const byText = await pages(archive, { limit: 3, text: 'NEEDLE' });
        expect(byText.flat()).toEqual(
          Array.from({ length: 10 }, (_, i) => `s${String(36 - 4 * i).padStart(2, '0')}`),
        );
      });

      test('refuses a limit, cursor or peer that is none', async () => {
        for (const query of [
          { limit: 0 },
          { limit: 501 },
          { limit: 1.5 },
          { limit: 1, cursor: 'nonsense' },
          { limit: 1, cursor: '' },
          { limit: 1, peer: '1.2.3' },
          { limit: 1, peer: '192.0.2.0/33' },
        ]) {
          await expect(archive.find(query)).rejects.toMatchObject({ code: 'bad_query' });
        }
      });
    });

    describe('stats', () => {
      test('of nothing are zeros', async () => {
        expect(await archive.stats({})).toEqual({
          sessions: 0,
          requests: 0,
          by_level: { CRITICAL: 0, HIGH: 0, MEDIUM: 0, LOW: 0, INFO: 0 },
          by_attack_type: {},
          by_tool: {},
          by_country: {},
          by_technique: {},
          by_owner: {},
          by_network: {},
          by_client: {},
          by_hour: Array.from({ length: 24 }, () => 0),
          top_sources: [],
        });
      });

      test('count what is kept, once, in the range', async () => {
        const records = [
          session('a', { start_time: '2025-10-27T00:30:00.000Z', risk_score: 20, threat_level: 'LOW' }),
          session('b', { start_time: '2025-10-27T23:59:59.999Z', attack_types: ['scanner', 'index'] }),
          session('c', {
            ...country('__proto__'),
            ...tool('constructor'),
            peer_ip: '2001:db8::1',
            request_count: 1,
          }),
          session('d', { start_time: '2025-10-28T00:00:00.000Z' }),
        ];
        await archive.store(records);
        await archive.store(records);
        const day = Date.parse('2025-10-27T00:00:00.000Z');
        const stats = await archive.stats({ from: day, to: day + 86_400_000 });
        expect(stats).toMatchObject({
          sessions: 3,
          requests: 31,
          by_level: { CRITICAL: 0, HIGH: 2, MEDIUM: 0, LOW: 1, INFO: 0 },
          by_attack_type: { sql_injection: 2, scanner: 1, index: 1 },
          by_technique: { T1190: 3 },
          by_owner: { tool: 3 },
          by_network: {},
          by_client: { security_tool: 3 },
          top_sources: [
            { peer_ip: '192.0.2.100', sessions: 2, max_risk: 75 },
            { peer_ip: '2001:db8::1', sessions: 1, max_risk: 75 },
          ],
        });
        expect(new Map(Object.entries(stats.by_country))).toEqual(
          new Map([
            ['NL', 2],
            ['__proto__', 1],
          ]),
        );
        expect(new Map(Object.entries(stats.by_tool))).toEqual(
          new Map([
            ['sqlmap', 2],
            ['constructor', 1],
          ]),
        );
        expect(stats.by_hour.flatMap((n, hour) => (n > 0 ? [hour, n] : []))).toEqual([0, 1, 2, 1, 23, 1]);
        expect((await archive.stats({})).sessions).toBe(4);
      });

      test('name at most twenty sources, the busiest', async () => {
        const records = Array.from({ length: 30 }, (_, i) =>
          Array.from({ length: i + 1 }, (_unused, n) => session(`${i}.${n}`, { peer_ip: `198.51.100.${i}` })),
        );
        await archive.store(records.flat());
        const { top_sources } = await archive.stats({});
        expect(top_sources.map((each) => each.sessions)).toEqual(
          Array.from({ length: 20 }, (_, i) => 30 - i),
        );
        expect(top_sources[0]?.peer_ip).toBe('198.51.100.29');
      });

      test('agree with a count over all that find gives', async () => {
        const levels: readonly ThreatLevel[] = ['CRITICAL', 'HIGH', 'MEDIUM', 'LOW', 'INFO'];
        await archive.store(
          Array.from({ length: 200 }, (_, i) =>
            session(`s${i}`, {
              start_time: at(i * 1_234_567),
              threat_level: levels[i % 5] as ThreatLevel,
              request_count: i,
              ...country(i % 3 === 0 ? undefined : `C${i % 7}`),
            }),
          ),
        );
        const range = { from: Date.parse(at(20 * 1_234_567)), to: Date.parse(at(150 * 1_234_567)) };
        const all = (await archive.find({ limit: 500, ...range })).sessions;
        const stats = await archive.stats(range);
        expect(all).toHaveLength(130);
        expect(stats.sessions).toBe(130);
        expect(stats.requests).toBe(all.reduce((sum, each) => sum + each.request_count, 0));
        for (const level of levels) {
          expect(stats.by_level[level]).toBe(all.filter((each) => each.threat_level === level).length);
        }
        const withCountry = all.filter((each) => each.threat_intelligence.country !== undefined);
        expect(Object.values(stats.by_country).reduce((sum, n) => sum + n, 0)).toBe(withCountry.length);
      });
    });

    describe('series', () => {
      const base = Date.UTC(2025, 9, 27, 2);

      test('has a step for every hour or day the range meets, and counts what is in the range', async () => {
        await archive.store([
          session('a', { start_time: at(0) }),
          session('b', { start_time: at(30 * 60_000), threat_level: 'LOW', request_count: 1 }),
          session('c', { start_time: at(2 * 3_600_000 + 1) }),
          session('d', { start_time: at(22 * 3_600_000) }),
        ]);
        const hours = await archive.series({ from: base + 1, to: base + 3 * 3_600_000, step: 'hour' });
        expect(
          hours.map(({ start, sessions, requests }) => [(start - base) / 3_600_000, sessions, requests]),
        ).toEqual([
          [0, 1, 1],
          [1, 0, 0],
          [2, 1, 15],
        ]);
        expect(hours[0]?.by_level).toEqual({ CRITICAL: 0, HIGH: 0, MEDIUM: 0, LOW: 1, INFO: 0 });
        const days = await archive.series({ from: base, to: base + 86_400_000, step: 'day' });
        expect(days.map(({ sessions }) => sessions)).toEqual([3, 1]);
        expect(await archive.series({ from: base, to: base, step: 'day' })).toEqual([]);
      });

      test('refuses more steps than it answers', async () => {
        const query = { from: base, to: base + 2_001 * 3_600_000, step: 'hour' } as const;
        await expect(archive.series(query)).rejects.toMatchObject({ code: 'bad_query' });
        expect(await archive.series({ ...query, to: base + 2_000 * 3_600_000 })).toHaveLength(2_000);
      });
    });

    test('intelligence is what was seen since then', async () => {
      await archive.store([
        session('a'),
        session('b', { start_time: at(60_000), peer_ip: '2001:db8::1', risk_score: 95 }),
        session('c', { start_time: at(1), threat_level: 'LOW', peer_ip: '192.0.2.7' }),
        session('old', { start_time: at(-1), peer_ip: '192.0.2.8' }),
      ]);
      const seen = { sessions: 1, first_seen: at(60_000), last_seen: at(60_000) };
      const { malicious_ips, attack_types, techniques, payloads } = await archive.intelligence(
        Date.parse(at(0)),
      );
      expect(malicious_ips).toEqual([
        { peer_ip: '2001:db8::1', country: 'NL', max_risk: 95, ...seen },
        { peer_ip: '192.0.2.100', country: 'NL', max_risk: 75, ...seen, first_seen: at(0), last_seen: at(0) },
      ]);
      expect(attack_types).toEqual([
        { name: 'sql_injection', sessions: 3, first_seen: at(0), last_seen: at(60_000) },
      ]);
      expect(techniques).toMatchObject([{ name: 'T1190', sessions: 3 }]);
      expect(payloads).toMatchObject([
        { payload: "a' OR 1=1", attack_type: 'sql_injection', sessions: 3, last_seen: at(60_000) },
      ]);
    });

    describe('retention', () => {
      const LONG_AFTER = Date.UTC(2100, 0);

      test('removes days that ended before, whole, and nothing else', async () => {
        await archive.store([
          ...Array.from({ length: 600 }, (_, i) =>
            session(`old ${i}`, { start_time: at(i * 60_000), peer_ip: `192.0.2.${i % 200}` }),
          ),
          session('kept', { start_time: new Date(LONG_AFTER).toISOString() }),
        ]);
        expect(await archive.retain(LONG_AFTER)).toBe(600);
        expect(await found()).toEqual(['kept']);
        expect(await archive.get('old 0')).toBeUndefined();
        expect(await archive.days()).toEqual(['2100-01-01']);
        expect(await archive.stats({})).toMatchObject({
          sessions: 1,
          requests: 15,
          by_attack_type: { sql_injection: 1 },
        });
        expect((await archive.stats({ to: LONG_AFTER })).top_sources).toEqual([]);
        expect(await archive.retain(LONG_AFTER)).toBe(0);
        const other = await reopen();
        expect((await other.stats({})).sessions).toBe(1);
      });

      test('keeps what was added since, however old it is', async () => {
        await archive.store([session('late')]);
        expect(await archive.retain(Date.UTC(2025, 9, 28))).toBe(0);
        expect(await found()).toEqual(['late']);
      });

      test('what was removed can be stored again', async () => {
        await archive.store([session('a'), session('b')]);
        await archive.retain(LONG_AFTER);
        expect(await archive.store([session('a')])).toEqual([true]);
        expect(await archive.get('a')).toEqual(session('a'));
        expect((await archive.stats({})).sessions).toBe(1);
      });

      test('compaction changes nothing that is asked', async () => {
        const records = Array.from({ length: 300 }, (_, i) =>
          session(`s${i}`, { start_time: at(i * 60_000) }),
        );
        await archive.store(records);
        const before = await archive.find({ limit: 500 });
        await Promise.all([archive.compact(LONG_AFTER), (await reopen()).compact(LONG_AFTER)]);
        expect(await archive.find({ limit: 500 })).toEqual(before);
        expect(await archive.get('s7')).toEqual(records[7]);
        expect(await archive.store([session('s1'), session('late')])).toEqual([false, true]);
        expect(await archive.compact(LONG_AFTER)).toBe(0);
        const other = await reopen();
        expect((await other.find({ limit: 500 })).sessions).toHaveLength(301);
        expect((await other.find({ limit: 500, text: 'late' })).sessions).toHaveLength(1);
        expect(await other.retain(LONG_AFTER)).toBe(301);
        expect(await archive.find({ limit: 500 })).toEqual({ sessions: [] });
      });
    });

    test('days are the UTC days of the starts, oldest first', async () => {
      await archive.store([
        session('b', { start_time: '2025-10-28T00:00:00.000Z' }),
        session('a', { start_time: '2025-10-27T23:59:59.999Z', end_time: '2025-10-28T01:00:00.000Z' }),
        session('c', { start_time: '2024-02-29T12:00:00.000Z' }),
      ]);
      expect(await archive.days()).toEqual(['2024-02-29', '2025-10-27', '2025-10-28']);
    });
  });
}

function session(sess_uuid: string, differing: Partial<SessionRecord> = {}): SessionRecord {
  return sessionRecord({ sess_uuid, ...differing });
}

function at(ms: number): string {
  return new Date(Date.UTC(2025, 9, 27, 2) + ms).toISOString();
}

function country(code: string | undefined): Pick<SessionRecord, 'threat_intelligence'> {
  const { country: _, ...others } = sessionRecord().threat_intelligence;
  return { threat_intelligence: { ...others, ...(code !== undefined && { country: code }) } };
}

function tool(name: string): Pick<SessionRecord, 'user_agent_info'> {
  return { user_agent_info: { ...sessionRecord().user_agent_info, tool_name: name } };
}

/** The ids page by page. A page may be short, even empty, as long as it names a next. */
async function pages(archive: Archive, query: SessionQuery): Promise<readonly string[][]> {
  const all: string[][] = [];
  for (let cursor = query.cursor; all.length < 1_000; ) {
    const page = await archive.find({ ...query, ...(cursor !== undefined && { cursor }) });
    expect(page.sessions.length).toBeLessThanOrEqual(query.limit);
    all.push(page.sessions.map((each) => each.sess_uuid));
    if (page.next === undefined) return all;
    cursor = page.next;
  }
  throw new Error('paging does not end');
}
