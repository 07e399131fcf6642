import {
  type Address,
  type Attacker,
  type CcServer,
  type Pattern,
  type Random,
  seededRandom,
} from '@aegis/model';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  type AttackerReport,
  type CcServerReport,
  MEMORY_BOT_LIMIT,
  MEMORY_CANDIDATE_LIMIT,
  MEMORY_SET_LIMIT,
  type Memory,
  type MemoryReport,
  type PatternReport,
} from './memory.ts';

export interface MemoryFixture {
  /** A memory on a fresh, empty store. */
  open(): Promise<Memory>;
  /** The store of the last `open` again, as another process would see it. */
  reopen(): Promise<Memory>;
  /** Removes what `open` made, after the memories were closed. */
  cleanup(): Promise<void>;
}

const T = Date.UTC(2026, 9, 27, 23, 59);
const HOUR = 3_600_000;
const ALL = { limit: 10_000 };

interface State {
  readonly patterns: readonly Pattern[];
  readonly attackers: readonly Attacker[];
  readonly ccServers: readonly CcServer[];
}

/** Every promise of the {@link Memory} port, for any adapter. */
export function memoryConformance(name: string, fixture: MemoryFixture): void {
  describe(`Memory conformance: ${name}`, () => {
    let memory: Memory;
    const opened: Memory[] = [];
    const reopen = async (): Promise<Memory> => {
      const other = await fixture.reopen();
      opened.push(other);
      return other;
    };
    const open = async (): Promise<void> => {
      memory = await fixture.open();
      opened.push(memory);
    };
    const cleanup = async (): Promise<void> => {
      for (const each of opened.splice(0)) await each.close();
      await fixture.cleanup();
    };
    beforeEach(open);
    afterEach(cleanup);

    describe('one report', () => {
      test('nothing is known at first', async () => {
        await memory.report([]);
        expect(await memory.pattern('ATK-2026-0127')).toBeUndefined();
        expect(await memory.attacker(address(1))).toBeUndefined();
        expect(await memory.ccServer(address(1), 443)).toBeUndefined();
        expect(await memory.patternsSharing(['a'])).toEqual([]);
        expect(await stateOf(memory)).toEqual({ patterns: [], attackers: [], ccServers: [] });
      });

      test('of a pattern', async () => {
        await memory.report([patternReport({ signatures: ['b', 'a', 'b'], port: 8443, blocked: true })]);
        const hours = Array.from({ length: 24 }, (_, hour) => (hour === 23 ? 1 : 0));
        const expected: Pattern = {
          id: 'ATK-2026-0127',
          attackType: 'sql_injection',
          signatures: ['a', 'b'],
          firstSeen: T,
          lastSeen: T,
          occurrences: 1,
          sources: [address(1)],
          ports: [8443],
          severity: 5,
          hours,
          blocks: 1,
          nodes: ['node-1'],
          region: 'eu',
        };
        expect(await memory.pattern('ATK-2026-0127')).toEqual(expected);
        expect(await (await reopen()).patterns(ALL)).toEqual([expected]);
      });

      test('of an attacker', async () => {
        await memory.report([
          attackerReport({ tools: ['sqlmap', 'curl'], attackTypes: ['scanner', 'ssrf'] }),
        ]);
        const expected: Attacker = {
          address: address(1),
          firstSeen: T,
          lastSeen: T,
          sessions: 1,
          threatScore: 40,
          attackTypes: ['scanner', 'ssrf'],
          tools: ['curl', 'sqlmap'],
          nodes: ['node-1'],
        };
        expect(await memory.attacker(address(1))).toEqual(expected);
        expect(await (await reopen()).attackers(ALL)).toEqual([expected]);
      });

      test('of a server, with a heartbeat and without', async () => {
        await memory.report([
          ccServerReport({
            report: 'r-1',
            bots: { [address(7)]: 80.5, [address(8)]: 12 },
            heartbeatSeconds: 60.25,
          }),
          ccServerReport({ report: 'r-2', port: 8080, blocked: true }),
        ]);
        const expected: CcServer = {
          address: address(1),
          port: 443,
          firstDetected: T,
          lastSeen: T,
          bots: { [address(7)]: 80.5, [address(8)]: 12 },
          score: 70,
          confidence: 60,
          blocked: false,
          nodes: ['node-1'],
          heartbeatSeconds: 60.25,
        };
        expect(await memory.ccServer(address(1), 443)).toEqual(expected);
        const { heartbeatSeconds: _, ...silent } = { ...expected, port: 8080, bots: {}, blocked: true };
        expect(await memory.ccServer(address(1), 8080)).toEqual(silent);
        expect(await (await reopen()).ccServers(ALL)).toEqual([expected, silent]);
      });

      test('any text is a signature, a tool, a node or a bot', async () => {
        const odd = ['', '__proto__', 'constructor', "'; --", '\u0000x', 'żółw 🐢', '$set', 'a.b'];
        await memory.report([
          patternReport({ report: 'r-1', signatures: odd, node: '__proto__' }),
          attackerReport({ report: 'r-2', tools: odd, node: '$set' }),
          ccServerReport({ report: 'r-3', bots: Object.fromEntries(odd.map((bot, i) => [bot, i])) }),
        ]);
        expect((await memory.pattern('ATK-2026-0127'))?.signatures).toEqual([...odd].sort());
        expect(await memory.attacker(address(1))).toMatchObject({ tools: [...odd].sort(), nodes: ['$set'] });
        const bots = (await memory.ccServer(address(1), 443))?.bots ?? {};
        expect(new Map(Object.entries(bots))).toEqual(new Map(odd.map((bot, i) => [bot, i])));
        const sharing = await memory.patternsSharing(['__proto__']);
        expect(sharing.map(({ id }) => id)).toEqual(['ATK-2026-0127']);
      });
    });

    describe('merging', () => {
      test('any order, any repetition, any batching, by either process: one and the same state', async () => {
        await cleanup();
        await fc.assert(
          fc.asyncProperty(someReports, fc.integer(), async (reports, seed) => {
            await open();
            await deliver([memory, await reopen()], reports, seededRandom(seed));
            expect(await stateOf(memory)).toEqual(merged(reports));
            await cleanup();
          }),
          { numRuns: 25 },
        );
        await open();
      });

      test('so too for more of everything than a set holds', async () => {
        const reports = Array.from({ length: MEMORY_SET_LIMIT + 50 }, (_, i): readonly MemoryReport[] => [
          patternReport({
            report: `p-${i}`,
            node: `node-${i}`,
            at: T + (i % 7) * HOUR,
            signatures: [`sig-${i}`],
            source: address(i),
            port: 1 + ((i * 7919) % 65535),
            severity: 1 + (i % 10),
          }),
          attackerReport({ report: `a-${i}`, node: `node-${i}`, tools: [`tool-${i}`] }),
          ccServerReport({ report: `c-${i}`, node: `node-${i}`, bots: { [address(i)]: i % 100 } }),
        ]).flat();
        const seed = Date.now() % 1_000_000;
        await deliver([memory], reports, seededRandom(seed));
        const state = await stateOf(memory);
        expect(state, `seed ${seed}`).toEqual(merged(reports));
        expect(state.patterns[0]?.sources).toHaveLength(MEMORY_SET_LIMIT);
        expect(state.patterns[0]?.occurrences).toBe(MEMORY_SET_LIMIT + 50);
      });

      test('a botnet of 1,247 is kept whole; of one larger than the bound the same are left, whatever the order', async () => {
        const bots = (from: number, count: number): Record<string, number> =>
          Object.fromEntries(Array.from({ length: count }, (_, i) => [address(from + i), (from + i) % 101]));
        await memory.report([ccServerReport({ bots: bots(0, 1_247) })]);
        expect((await memory.ccServer(address(1), 443))?.bots).toEqual(bots(0, 1_247));
        const parts = [0, 2_000, 1_000, 3_000, 4_000].map((from) =>
          ccServerReport({ report: `part-${from}`, port: 80, bots: bots(from, 1_500) }),
        );
        await memory.report(parts.slice(0, 2));
        await memory.report(parts.slice(2));
        const kept = (await memory.ccServer(address(1), 80))?.bots ?? {};
        const all = Object.keys(bots(0, 5_500)).sort();
        expect(Object.keys(kept).sort()).toEqual(all.slice(0, MEMORY_BOT_LIMIT));
      });

      test('the same report in one batch, and from several processes at once, counts once', async () => {
        const other = await reopen();
        const reports = Array.from({ length: 50 }, (_, i) => patternReport({ report: `r-${i}` }));
        await Promise.all([memory.report([...reports, ...reports]), other.report(reports)]);
        expect((await memory.pattern('ATK-2026-0127'))?.occurrences).toBe(50);
      });
    });

    describe('asking', () => {
      test('most recently seen first, then by name; limited, and since a time', async () => {
        const times = [3, 1, 2, 2, 5];
        await memory.report(
          times.flatMap((time, i): readonly MemoryReport[] => [
            patternReport({ report: `p-${i}`, pattern: `P${i}`, at: T + time }),
            attackerReport({ report: `a-${i}`, address: address(i), at: T + time }),
            ccServerReport({ report: `c-${i}`, address: address(i), port: 10 + i, at: T + time }),
          ]),
        );
        const ask = async (limit: number, seenSince?: number): Promise<readonly (readonly unknown[])[]> => {
          const query = seenSince === undefined ? { limit } : { limit, seenSince };
          return [
            (await memory.patterns(query)).map(({ id }) => Number(id.slice(1))),
            (await memory.attackers(query)).map((attacker) => addressNumber(attacker.address)),
            (await memory.ccServers(query)).map(({ port }) => port - 10),
          ];
        };
        const thrice = (numbers: readonly number[]): readonly (readonly number[])[] => [
          numbers,
          numbers,
          numbers,
        ];
        expect(await ask(10)).toEqual(thrice([4, 0, 2, 3, 1]));
        expect(await ask(3)).toEqual(thrice([4, 0, 2]));
        expect(await ask(10, T + 2)).toEqual(thrice([4, 0, 2, 3]));
        expect(await ask(1, T + 6)).toEqual(thrice([]));
      });

      test('patterns that share a signature, those that share most first', async () => {
        const known = {
          one: ['a', 'b', 'c'],
          two: ['b', 'c', 'd'],
          three: ['c', 'x'],
          four: ['y'],
          five: ['a', 'z'],
        };
        await memory.report(
          Object.entries(known).map(([pattern, signatures]) =>
            patternReport({ report: pattern, pattern, signatures }),
          ),
        );
        const sharing = async (...signatures: readonly string[]): Promise<readonly string[]> =>
          (await memory.patternsSharing(signatures)).map(({ id }) => id);
        const found = await sharing('a', 'b', 'c');
        expect(found.slice(0, 2)).toEqual(['one', 'two']);
        expect(found.slice(2).sort()).toEqual(['five', 'three']);
        expect((await sharing('c', 'c', 'c', 'x', 'nothing'))[0]).toBe('three');
        expect(await sharing('nothing')).toEqual([]);
        expect(await sharing()).toEqual([]);
        const four = await memory.pattern('four');
        expect((await memory.patternsSharing(['y']))[0]).toMatchObject({
          id: 'four',
          signatures: four?.signatures,
        });
      });

      test('at most so many candidates, and the best is among them', async () => {
        const all = Array.from({ length: MEMORY_CANDIDATE_LIMIT + 20 }, (_, i) =>
          patternReport({
            report: `r-${i}`,
            pattern: `P-${1000 + i}`,
            signatures: i === 60 ? ['a', 'b'] : ['a'],
          }),
        );
        await memory.report(all);
        const found = await memory.patternsSharing(['a', 'b']);
        expect(found).toHaveLength(MEMORY_CANDIDATE_LIMIT);
        expect(found[0]?.id).toBe('P-1060');
      });
    });

    describe('forgetting', () => {
      test('what was last seen before goes, what was seen since stays whole', async () => {
        await memory.report([
          patternReport({ report: 'r-1', pattern: 'old', signatures: ['s'] }),
          patternReport({ report: 'r-2', pattern: 'seen-again', signatures: ['s'] }),
          patternReport({ report: 'r-3', pattern: 'seen-again', at: T + 10 }),
          attackerReport({ report: 'r-4' }),
          attackerReport({ report: 'r-5', address: address(2), at: T + 10 }),
          ccServerReport({ report: 'r-6', bots: { [address(9)]: 1 } }),
          ccServerReport({ report: 'r-7', port: 80, at: T + 10 }),
        ]);
        expect(await memory.forget(T)).toBe(0);
        expect(await memory.forget(T + 10)).toBe(3);
        expect(await memory.forget(T + 10)).toBe(0);
        const other = await reopen();
        expect((await other.patterns(ALL)).map(({ id, occurrences }) => [id, occurrences])).toEqual([
          ['seen-again', 2],
        ]);
        expect((await other.attackers(ALL)).map((attacker) => attacker.address)).toEqual([address(2)]);
        expect((await other.ccServers(ALL)).map(({ port }) => port)).toEqual([80]);
        expect((await other.patternsSharing(['s'])).map(({ id }) => id)).toEqual(['seen-again']);
      });

      test('a report of something forgotten is not counted again', async () => {
        const old = attackerReport({});
        await memory.report([old]);
        expect(await memory.forget(T + 1)).toBe(1);
        await memory.report([old]);
        expect(await memory.attackers(ALL)).toEqual([]);
      });

      test('what is met again after it was forgotten begins anew, without its past', async () => {
        const meet = (report: string, at: number, text: string): Promise<void> =>
          memory.report([
            patternReport({ report: `p-${report}`, at, signatures: [text], node: text }),
            attackerReport({ report: `a-${report}`, at, tools: [text], node: text }),
            ccServerReport({ report: `c-${report}`, at, bots: { [text]: 1 }, node: text }),
          ]);
        await meet('1', T, 'old');
        expect(await memory.forget(T + 1)).toBe(3);
        await meet('2', T + 5, 'new');
        const nodes = ['new'];
        expect(await memory.pattern('ATK-2026-0127')).toMatchObject({
          firstSeen: T + 5,
          occurrences: 1,
          signatures: ['new'],
          nodes,
        });
        expect(await memory.attacker(address(1))).toMatchObject({ sessions: 1, tools: ['new'], nodes });
        expect((await memory.ccServer(address(1), 443))?.bots).toEqual({ new: 1 });
      });

      test('more than fits in one go', async () => {
        const many = Array.from({ length: 1200 }, (_, i) =>
          attackerReport({ report: `r-${i}`, address: address(i) }),
        );
        await memory.report(many);
        expect(await memory.forget(T + 1)).toBe(1200);
        expect(await memory.attackers(ALL)).toEqual([]);
      });
    });

    test('a closed memory refuses with memory_unavailable; closing twice is no error', async () => {
      await memory.close();
      await memory.close();
      const unavailable = { code: 'memory_unavailable' };
      await expect(memory.report([patternReport({})])).rejects.toMatchObject(unavailable);
      await expect(memory.patterns(ALL)).rejects.toMatchObject(unavailable);
      await expect(memory.forget(T)).rejects.toMatchObject(unavailable);
    });
  });
}

function address(number: number): Address {
  return `198.51.${number >> 8}.${number & 255}` as Address;
}

function addressNumber(of: Address): number {
  const [, , high, low] = of.split('.').map(Number);
  return (high as number) * 256 + (low as number);
}

function patternReport(change: Partial<PatternReport>): PatternReport {
  return {
    kind: 'pattern',
    report: 'r',
    node: 'node-1',
    at: T,
    pattern: 'ATK-2026-0127',
    attackType: 'sql_injection',
    signatures: [],
    source: address(1),
    severity: 5,
    region: 'eu',
    blocked: false,
    ...change,
  };
}

function attackerReport(change: Partial<AttackerReport>): AttackerReport {
  return {
    kind: 'attacker',
    report: 'r',
    node: 'node-1',
    at: T,
    address: address(1),
    threatScore: 40,
    attackTypes: [],
    tools: [],
    ...change,
  };
}

function ccServerReport(change: Partial<CcServerReport>): CcServerReport {
  return {
    kind: 'cc_server',
    report: 'r',
    node: 'node-1',
    at: T,
    address: address(1),
    port: 443,
    bots: {},
    score: 70,
    confidence: 60,
    blocked: false,
    ...change,
  };
}

/** A run of numbers, sometimes a long one, so that unions go beyond MEMORY_SET_LIMIT. */
const run: fc.Arbitrary<readonly number[]> = fc
  .record({ from: fc.nat(400), length: fc.oneof(fc.nat(3), fc.nat(MEMORY_SET_LIMIT + 40)) })
  .map(({ from, length }) => Array.from({ length }, (_, i) => from + i));

const common = {
  node: fc.nat(4).map((n) => `node-${n}`),
  at: fc.integer({ min: T, max: T + 30 * HOUR }),
};
const onePattern: fc.Arbitrary<PatternReport> = fc
  .record({
    ...common,
    pattern: fc.constantFrom('ATK-1', 'ATK-2', '__proto__'),
    attackType: fc.constantFrom('sql_injection', 'ssrf', 'scanner'),
    signatures: run.map((numbers) => numbers.map((n) => `sig-${n}`)),
    source: fc.nat(600).map(address),
    severity: fc.integer({ min: 1, max: 10 }),
    region: fc.constantFrom('eu', 'us'),
    blocked: fc.boolean(),
    port: fc.option(fc.integer({ min: 1, max: 65535 }), { nil: undefined }),
  })
  .map(({ port, ...rest }) => patternReport(port === undefined ? rest : { ...rest, port }));
const oneAttacker: fc.Arbitrary<AttackerReport> = fc
  .record({
    ...common,
    address: fc.nat(2).map(address),
    threatScore: fc.integer({ min: 0, max: 100 }),
    attackTypes: fc.subarray(['sql_injection', 'ssrf', 'scanner', 'brute_force'] as const),
    tools: run.map((numbers) => numbers.map((n) => `tool-${n}`)),
  })
  .map(attackerReport);
const oneCcServer: fc.Arbitrary<CcServerReport> = fc
  .record({
    ...common,
    address: fc.nat(1).map(address),
    port: fc.constantFrom(80, 443),
    bots: fc
      .tuple(run, fc.integer({ min: 1, max: 101 }))
      .map(([numbers, by]) => Object.fromEntries(numbers.map((n) => [address(n), (n * by) % 101]))),
    score: fc.integer({ min: 0, max: 100 }),
    confidence: fc.integer({ min: 0, max: 100 }),
    blocked: fc.boolean(),
    heartbeatSeconds: fc.option(fc.integer({ min: 1, max: 3600 }), { nil: undefined }),
  })
  .map(({ heartbeatSeconds, ...rest }) =>
    ccServerReport(heartbeatSeconds === undefined ? rest : { ...rest, heartbeatSeconds }),
  );
const someReports: fc.Arbitrary<readonly MemoryReport[]> = fc
  .array(fc.oneof(onePattern, oneAttacker, oneCcServer), { minLength: 1, maxLength: 30 })
  .map((reports) => reports.map((report, i) => ({ ...report, report: `r-${i}` })));

/** Every report at least once, some more often, in any order, in batches of any size. */
async function deliver(
  memories: readonly Memory[],
  reports: readonly MemoryReport[],
  random: Random,
): Promise<void> {
  const again = reports.filter(() => random.next() < 0.5);
  const queue = [...reports, ...again]
    .map((report) => ({ report, order: random.next() }))
    .sort((a, b) => a.order - b.order)
    .map(({ report }) => report);
  while (queue.length > 0) {
    const batch = queue.splice(0, 1 + Math.floor(random.next() * 9));
    await memories[Math.floor(random.next() * memories.length)]?.report(batch);
  }
}

async function stateOf(memory: Memory): Promise<State> {
  const patterns = await memory.patterns(ALL);
  const attackers = await memory.attackers(ALL);
  const ccServers = await memory.ccServers(ALL);
  return { patterns, attackers, ccServers };
}

/** The oracle: what a set of reports, each given once, comes to; slow and plain. */
function merged(reports: readonly MemoryReport[]): State {
  const ordered = [...reports].sort((a, b) => a.at - b.at || (a.report < b.report ? -1 : 1));
  const patterns = ordered.filter((report) => report.kind === 'pattern');
  const attackers = ordered.filter((report) => report.kind === 'attacker');
  const ccServers = ordered.filter((report) => report.kind === 'cc_server');
  return {
    patterns: newestFirst(groups(patterns, ({ pattern }) => pattern).map(mergedPattern), ({ id }) => id),
    attackers: newestFirst(
      groups(attackers, (report) => report.address).map(mergedAttacker),
      (attacker) => attacker.address,
    ),
    ccServers: newestFirst(
      groups(ccServers, (report) => `${report.address} ${report.port}`).map(mergedCcServer),
      (server) => `${server.address} ${String(server.port).padStart(5, '0')}`,
    ),
  };
}

function mergedPattern(reports: readonly PatternReport[]): Pattern {
  const first = reports[0] as PatternReport;
  const hours = Array.from(
    { length: 24 },
    (_, hour) => reports.filter(({ at }) => new Date(at).getUTCHours() === hour).length,
  );
  return {
    id: first.pattern,
    attackType: first.attackType,
    signatures: smallest(reports.flatMap(({ signatures }) => signatures)),
    firstSeen: first.at,
    lastSeen: (reports.at(-1) as PatternReport).at,
    occurrences: reports.length,
    sources: smallest(reports.map(({ source }) => source)),
    ports: smallest(reports.flatMap(({ port }) => (port === undefined ? [] : [port]))),
    severity: Math.max(...reports.map(({ severity }) => severity)),
    hours,
    blocks: reports.filter(({ blocked }) => blocked).length,
    nodes: smallest(reports.map(({ node }) => node)),
    region: first.region,
  };
}

function mergedAttacker(reports: readonly AttackerReport[]): Attacker {
  const first = reports[0] as AttackerReport;
  return {
    address: first.address,
    firstSeen: first.at,
    lastSeen: (reports.at(-1) as AttackerReport).at,
    sessions: reports.length,
    threatScore: Math.max(...reports.map(({ threatScore }) => threatScore)),
    attackTypes: smallest(reports.flatMap(({ attackTypes }) => attackTypes)),
    tools: smallest(reports.flatMap(({ tools }) => tools)),
    nodes: smallest(reports.map(({ node }) => node)),
  };
}

function mergedCcServer(reports: readonly CcServerReport[]): CcServer {
  const first = reports[0] as CcServerReport;
  const all = reports.flatMap(({ bots }) => Object.entries(bots));
  const scoreOf = (bot: string): number =>
    Math.max(...all.flatMap(([each, score]) => (each === bot ? [score] : [])));
  const heartbeatSeconds = reports.findLast(
    (report) => report.heartbeatSeconds !== undefined,
  )?.heartbeatSeconds;
  return {
    address: first.address,
    port: first.port,
    firstDetected: first.at,
    lastSeen: (reports.at(-1) as CcServerReport).at,
    bots: Object.fromEntries(
      smallest(
        all.map(([bot]) => bot),
        MEMORY_BOT_LIMIT,
      ).map((bot) => [bot, scoreOf(bot)]),
    ),
    score: Math.max(...reports.map(({ score }) => score)),
    confidence: Math.max(...reports.map(({ confidence }) => confidence)),
    blocked: reports.some(({ blocked }) => blocked),
    nodes: smallest(reports.map(({ node }) => node)),
    ...(heartbeatSeconds === undefined ? {} : { heartbeatSeconds }),
  };
}

function groups<T>(reports: readonly T[], keyOf: (report: T) => string): readonly (readonly T[])[] {
  return [...Map.groupBy(reports, keyOf).values()];
}

function newestFirst<T extends { readonly lastSeen: number }>(
  all: T[],
  nameOf: (one: T) => string,
): readonly T[] {
  return all.sort((a, b) => b.lastSeen - a.lastSeen || (nameOf(a) < nameOf(b) ? -1 : 1));
}

function smallest<T extends string | number>(
  members: readonly T[],
  limit: number = MEMORY_SET_LIMIT,
): readonly T[] {
  return [...new Set(members)].sort((a, b) => (a < b ? -1 : 1)).slice(0, limit);
}
