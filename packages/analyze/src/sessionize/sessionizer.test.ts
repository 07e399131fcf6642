import { Address, type Observation, type SessionInput } from '@aegis/model';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { SensorEvent } from './sensor-event.ts';
import { Sessionizer } from './sessionizer.ts';
import { type SessionizerOptions, SHELL_SESSIONS, WEB_SESSIONS } from './sessionizer-options.ts';

const T = Date.UTC(2025, 9, 27);

function address(text: string): Address {
  const parsed = Address.parse(text);
  if (!parsed.ok) throw new Error(parsed.error.message);
  return parsed.value;
}

function visit(seconds: number, more: Partial<SensorEvent> & { readonly target?: string } = {}): SensorEvent {
  const { target = '/', ...event } = more;
  const at = T + seconds * 1000;
  return {
    at,
    client: address('192.0.2.1'),
    sensor: 'access-log',
    protocol: 'http',
    observation: { kind: 'http', at, method: 'GET', target, headers: {}, cookies: {} },
    ...event,
  };
}

function sessionizer(options: Partial<SessionizerOptions> = {}): Sessionizer {
  return new Sessionizer({ source: 'test', ...WEB_SESSIONS, ...options });
}

function restored(snapshot: unknown, options: Partial<SessionizerOptions> = {}): Sessionizer {
  const result = Sessionizer.restore(snapshot, { source: 'test', ...WEB_SESSIONS, ...options });
  if (!result.ok) throw new Error(result.error.message);
  return result.value;
}

test('requests of one client are one session until it is idle for 75 s', () => {
  const sessions = sessionizer();
  expect([0, 30, 105].flatMap((s) => sessions.add(visit(s)))).toEqual([]);
  const [ended, ...none] = sessions.add(visit(181, { target: '/again' }));
  expect(none).toEqual([]);
  expect(ended).toMatchObject({
    peer_ip: '192.0.2.1',
    protocol: 'http',
    sensor: 'access-log',
    start_time: T,
    end_time: T + 105_000,
    request_count: 3,
  });
  expect(ended?.requests).toHaveLength(3);
  expect(sessions.flush()).toMatchObject([{ start_time: T + 181_000, request_count: 1 }]);
  expect(sessions.openSessions).toBe(0);
});

test('address, agent and cookie tell clients apart; a session id of the sensor does alone', () => {
  const web = sessionizer();
  for (const more of [{}, { userAgent: 'a' }, { userAgent: 'b' }, { userAgent: 'b', cookie: 'c' }])
    web.add(visit(0, more));
  web.add(visit(0, { client: address('192.0.2.2') }));
  expect(web.openSessions).toBe(5);
  const shell = new Sessionizer({ source: 'test', ...SHELL_SESSIONS });
  shell.add(visit(0, { sessionId: 's' }));
  shell.add(visit(1, { sessionId: 's', userAgent: 'SSH-2.0-Go' }));
  shell.add(visit(1, { sessionId: 't' }));
  expect(shell.openSessions).toBe(2);
  expect(shell.flush()[0]).toMatchObject({ user_agent: 'SSH-2.0-Go', request_count: 2 });
});

test('the last event of a shell ends its session; a close of nothing makes none', () => {
  const sessions = new Sessionizer({ source: 'test', ...SHELL_SESSIONS });
  const bare = { client: address('192.0.2.1'), sensor: 'cowrie', sessionId: 's' };
  expect(sessions.add({ ...bare, at: T, protocol: 'ssh' })).toEqual([]);
  expect(sessions.add({ ...bare, at: T + 1000, ends: true })).toMatchObject([
    { protocol: 'ssh', end_time: T + 1000 },
  ]);
  expect(sessions.add({ ...bare, at: T + 1001, ends: true })).toEqual([]);
  expect(sessions.openSessions).toBe(0);
});

test('others move the clock on; an event a little late still finds its session', () => {
  const other = { client: address('192.0.2.9') };
  const sessions = sessionizer();
  sessions.add(visit(0));
  expect(sessions.add(visit(80, other))).toEqual([]);
  expect(sessions.add(visit(70))).toEqual([]);
  expect(sessions.add(visit(155, other)).map((s) => s.request_count)).toEqual([]);
  expect(sessions.add(visit(161, { client: address('192.0.2.8') })).map((s) => s.request_count)).toEqual([2]);
});

test('one clock far ahead does not break up the sessions of the others', () => {
  const sessions = sessionizer();
  sessions.add(visit(0));
  const ended = sessions.add(visit(86_400 * 365, { client: address('192.0.2.9') }));
  expect(ended.map((s) => s.request_count)).toEqual([1]);
  for (let s = 1; s <= 70; s++) expect(sessions.add(visit(s))).toEqual([]);
  expect(sessions.advance(T + 100_000)).toEqual([]);
  const counts = sessions.advance(T + 200_000).map((s) => s.request_count);
  expect(counts.toSorted((a = 0, b = 0) => a - b)).toEqual([1, 70]);
});

test('advance ends what is idle', () => {
  const sessions = sessionizer();
  sessions.add(visit(0));
  expect(sessions.advance(T + 80_000)).toEqual([]);
  expect(sessions.advance(T + 80_001)).toHaveLength(1);
});

test('a tireless client is reported every hour', () => {
  const sessions = sessionizer();
  const ended: SessionInput[] = [];
  for (let s = 0; s < 3 * 3601; s += 30) ended.push(...sessions.add(visit(s)));
  expect(ended.map((s) => Number(s.end_time) - Number(s.start_time))).toEqual([3_600_000, 3_600_000]);
  expect(new Set(ended.map((s) => s.sess_uuid)).size).toBe(2);
});

test('too many open sessions: the one longest without an event ends early', () => {
  const sessions = sessionizer({ maxOpen: 2 });
  sessions.add(visit(0, { userAgent: 'a' }));
  sessions.add(visit(1, { userAgent: 'b' }));
  sessions.add(visit(2, { userAgent: 'a' }));
  expect(sessions.add(visit(3, { userAgent: 'c' })).map((s) => s.user_agent)).toEqual(['b']);
});

test('too much held: sessions end early, and what is kept stays bounded', () => {
  const sessions = sessionizer({ maxHeldUnits: 100_000 });
  const ended: SessionInput[] = [];
  for (let i = 0; i < 100; i++) {
    ended.push(...sessions.add(visit(i / 10, { userAgent: `agent ${i}`, target: `/${'x'.repeat(50_000)}` })));
    expect(JSON.stringify(sessions.snapshot()).length).toBeLessThan(120_000);
  }
  ended.push(...sessions.flush());
  expect(ended.reduce((sum, s) => sum + (s.request_count ?? 0), 0)).toBe(100);
});

test('a session that holds too much ends early and the next goes on', () => {
  const sessions = sessionizer({ maxSessionUnits: 10_000 });
  const ended = Array.from({ length: 50 }, (_, i) =>
    sessions.add(visit(i, { target: `/${'x'.repeat(1000)}` })),
  ).flat();
  expect(ended.map((s) => s.request_count)).toEqual([10, 10, 10, 10, 10]);
  expect(new Set(ended.map((s) => s.sess_uuid)).size).toBe(5);
});

test('a long session keeps its beginning and a late attack, and counts everything', () => {
  const sessions = sessionizer();
  for (let i = 0; i < 20_000; i++) sessions.add(visit(i / 100, { target: `/page/${i}` }));
  sessions.add(visit(200, { target: "/item?id=1'+UNION+SELECT+(1),(2)--" }));
  for (let i = 0; i < 20_000; i++) sessions.add(visit(200 + i / 100, { target: `/page/${i}` }));
  const [session] = sessions.flush();
  expect(session?.request_count).toBe(40_001);
  const targets = session?.requests?.map(({ path }) => path) ?? [];
  expect(targets.slice(0, 160)).toEqual(Array.from({ length: 160 }, (_, i) => `/page/${i}`));
  expect(targets).toHaveLength(256);
  expect(targets).toContain("/item?id=1'+UNION+SELECT+(1),(2)--");
});

test('ids: the same for the same events, others for another source, and for one opened in the same instant', () => {
  const idOf = (source: string): string => {
    const sessions = sessionizer({ source });
    sessions.add(visit(0));
    return sessions.flush()[0]?.sess_uuid ?? '';
  };
  expect(idOf('a.log')).toMatch(/^[0-9a-f]{64}$/);
  expect(idOf('a.log')).toBe(idOf('a.log'));
  expect(idOf('a.log')).not.toBe(idOf('b.log'));
  const sessions = sessionizer({ maxOpen: 1 });
  const ids = ['a', 'b', 'a', 'b', 'a'].flatMap((userAgent) => sessions.add(visit(0, { userAgent })));
  ids.push(...sessions.flush());
  expect(new Set(ids.map((s) => s.sess_uuid)).size).toBe(5);
});

test.each([[null], [{}], [{ version: 2, watermark: 0, open: [], ended: [[], []] }], ['{'], [{ version: 1 }]])(
  'snapshot %j is refused',
  (snapshot) => {
    expect(Sessionizer.restore(snapshot, { source: 'x', ...WEB_SESSIONS })).toMatchObject({
      ok: false,
      error: { kind: 'bad_snapshot' },
    });
  },
);

const SMALL: SessionizerOptions = {
  source: 'test',
  idleMs: 10_000,
  latenessMs: 3_000,
  maxDurationMs: 40_000,
  maxOpen: 3,
  maxSessionUnits: 1_000_000,
  maxHeldUnits: 1_000_000,
  firstObservations: 3,
  oddObservations: 2,
};

/** Times go on by small steps, with some disorder and now and then a leap either way. */
const stream: fc.Arbitrary<readonly SensorEvent[]> = fc
  .array(
    fc.record({
      step: fc.oneof(
        { weight: 10, arbitrary: fc.integer({ min: -4, max: 6 }) },
        { weight: 1, arbitrary: fc.integer({ min: -60, max: 60 }) },
      ),
      client: fc.constantFrom('192.0.2.1', '2001:db8::1'),
      userAgent: fc.constantFrom('', 'a', 'b'),
      sessionId: fc.constantFrom(undefined, undefined, 's'),
      target: fc.constantFrom('/', '/a', "/?id='", '/../..', '/x?y=<z>'),
      empty: fc.constantFrom(false, false, false, true),
      ends: fc.constantFrom(false, false, false, false, true),
    }),
    { maxLength: 80 },
  )
  .map((steps) => {
    let seconds = 0;
    return steps.map(({ step, client, userAgent, sessionId, target, empty, ends }) => {
      seconds += step;
      const { observation, ...event } = visit(seconds, { client: address(client), userAgent, target });
      return {
        ...event,
        ...(sessionId !== undefined && { sessionId }),
        ...(!empty && observation !== undefined && { observation }),
        ...(ends && { ends }),
      };
    });
  });

test('agrees with a slow, obvious sessionizer', () => {
  let sessionsSeen = 0;
  fc.assert(
    fc.property(stream, (events) => {
      const sessions = new Sessionizer(SMALL);
      const oracle = new SlowSessionizer(SMALL);
      for (const event of events) expect(sessions.add(event).map(outline)).toEqual(oracle.add(event));
      const rest = sessions.flush().map(outline);
      expect(rest).toEqual(oracle.flush());
      sessionsSeen += rest.length;
    }),
    { numRuns: 500 },
  );
  expect(sessionsSeen).toBeGreaterThan(500);
});

test('a snapshot at every point changes nothing', () => {
  fc.assert(
    fc.property(stream, (events) => {
      const whole = new Sessionizer(SMALL);
      let resumed = new Sessionizer(SMALL);
      const ended: SessionInput[] = [];
      const endedResumed: SessionInput[] = [];
      for (const event of events) {
        resumed = restored(JSON.parse(JSON.stringify(resumed.snapshot())), SMALL);
        ended.push(...whole.add(event));
        endedResumed.push(...resumed.add(event));
        expect(resumed.snapshot()).toEqual(whole.snapshot());
      }
      expect([...endedResumed, ...resumed.flush()]).toEqual([...ended, ...whole.flush()]);
    }),
    { numRuns: 200 },
  );
});

interface Outline {
  readonly client: string;
  readonly agent: string;
  readonly start: number;
  readonly end: number;
  readonly count: number;
  readonly targets: readonly string[];
}

function outline(session: SessionInput): Outline {
  return {
    client: session.peer_ip,
    agent: session.user_agent ?? '',
    start: Number(session.start_time),
    end: Number(session.end_time),
    count: session.request_count ?? 0,
    targets: session.requests?.map(({ path }) => path) ?? [],
  };
}

interface SlowSession {
  readonly key: string;
  readonly events: SensorEvent[];
  touched: number;
}

/** Keeps every event of every open session and works everything out from them each time. */
class SlowSessionizer {
  readonly #options: SessionizerOptions;
  #open: SlowSession[] = [];
  #watermark = Number.NEGATIVE_INFINITY;

  constructor(options: SessionizerOptions) {
    this.#options = options;
  }

  add(event: SensorEvent): readonly Outline[] {
    const { idleMs, latenessMs, maxDurationMs, maxOpen } = this.#options;
    const ended: Outline[] = [];
    const endThose = (chosen: (session: SlowSession) => boolean): void => {
      ended.push(...this.#open.filter(chosen).map(({ events }) => this.#outline(events)));
      this.#open = this.#open.filter((session) => !chosen(session));
    };
    this.#watermark = Math.max(this.#watermark, event.at);
    endThose(({ touched }) => touched + idleMs + latenessMs < this.#watermark);
    const key = `${event.client} ${event.sessionId ?? `agent ${event.userAgent}`}`;
    endThose((session) => {
      const times = session.events.map(({ at }) => at);
      const gapAfter = event.at - Math.max(...times);
      const gapBefore = Math.min(...times) - event.at;
      const span = Math.max(...times, event.at) - Math.min(...times, event.at);
      const longer = span > Math.max(...times) - Math.min(...times) && span > maxDurationMs;
      return session.key === key && (gapAfter > idleMs || gapBefore > idleMs || longer);
    });
    let session = this.#open.find((one) => one.key === key);
    if (session === undefined && event.ends && event.observation === undefined) return ended;
    session ??= { key, events: [], touched: 0 };
    session.events.push(event);
    session.touched = this.#watermark;
    this.#open = [...this.#open.filter((one) => one !== session), session];
    if (event.ends) endThose((one) => one === session);
    while (this.#open.length > maxOpen) {
      const [oldest] = this.#open;
      endThose((one) => one === oldest);
    }
    return ended;
  }

  flush(): readonly Outline[] {
    return this.#open.map(({ events }) => this.#outline(events));
  }

  #outline(events: readonly SensorEvent[]): Outline {
    const seen = events.flatMap(({ observation }) => observation ?? []);
    const targets = seen.map((observation) => targetOf(observation));
    const { firstObservations: first, oddObservations: odd } = this.#options;
    const oddest = targets
      .map((target, index) => ({ index, rank: RANKS[target] ?? -1 }))
      .slice(first)
      .sort((a, b) => b.rank - a.rank || drawn(b.index) - drawn(a.index))
      .slice(0, odd)
      .map(({ index }) => index);
    return {
      client: events[0]?.client ?? '',
      agent: events.map(({ userAgent }) => userAgent).find((agent) => agent) ?? '',
      start: Math.min(...events.map(({ at }) => at)),
      end: Math.max(...events.map(({ at }) => at)),
      count: seen.length,
      targets: targets.filter((_, index) => index < first || oddest.includes(index)),
    };
  }
}

/** How many characters of each target are odd, counted by hand. */
const RANKS: Readonly<Record<string, number>> = { '/': 0, '/a': 0, "/?id='": 1, '/../..': 2, '/x?y=<z>': 2 };

function targetOf(observation: Observation): string {
  return observation.kind === 'http' ? observation.target : '';
}

/** The draw among equals, as ObservationSample documents it: MurmurHash3's finalizer of the arrival number. */
function drawn(index: number): number {
  const step = (value: bigint, shift: bigint, factor: bigint): bigint =>
    ((value ^ (value >> shift)) * factor) & 0xffff_ffffn;
  const mixed = step(step(BigInt(index), 16n, 0x85ebca6bn), 13n, 0xc2b2ae35n);
  return Number(mixed ^ (mixed >> 16n));
}
