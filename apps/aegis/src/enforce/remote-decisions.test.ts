import { type Decision, ManualClock, silentLogger } from '@aegis/model';
import { afterEach, expect, test, vi } from 'vitest';
import type { FollowedEvent } from '../client/index.ts';
import { DECISIONS_TOPIC } from '../decisions/decision-service.ts';
import type { DecisionChange } from '../node/services.ts';
import { RemoteDecisions } from './remote-decisions.ts';

const clock = new ManualClock(1_000_000);

function decision(id: string, expires: number = 2_000_000): Decision {
  return {
    ...{ id, scope: 'ip', value: '192.0.2.1', action: 'ban', reason: '', origin: 'aegis', source: 'test' },
    ...{ weight: 1, created: 0, expires },
  };
}

const made = (id: string, at: string = ''): FollowedEvent => ({
  kind: 'made',
  decision: decision(id),
  id: at,
});
const ready = (id: string): FollowedEvent => ({ kind: 'ready', id });

/** What the node says in one connection after the other; an error is a connection that fails, a null one that hangs. */
type Script = readonly (readonly FollowedEvent[] | Error | null)[];

const running: RemoteDecisions[] = [];
afterEach(async () => {
  for (const remote of running.splice(0)) await remote.stop();
});

function play(script: Script, silenceMs: number = 60_000) {
  const asked: (string | undefined)[] = [];
  const remote = new RemoteDecisions({
    async *follow({ after, signal }) {
      const turn = script[asked.push(after) - 1];
      if (turn instanceof Error) throw turn;
      yield* turn ?? [];
      if (turn !== null && asked.length < script.length) return;
      await new Promise((_, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
      });
    },
    clock,
    random: { next: () => 0 },
    logger: silentLogger,
    silenceMs,
  });
  running.push(remote);
  const changes: string[] = [];
  const listen = remote.bus.subscribe(DECISIONS_TOPIC, ({ payload }) => {
    const { kind, decision: changed } = JSON.parse(payload) as DecisionChange;
    changes.push(`${kind} ${changed.id}`);
  });
  const inForce = () => [...remote.inForce()].map(({ id }) => id);
  return { remote, asked, changes, listen, inForce };
}

const eventually = (check: () => void): Promise<void> => vi.waitFor(check, 5000);

test('everything in force is known when it has started, and changes follow', async () => {
  const scene = play([
    [made('a'), made('b'), ready('e:1'), { kind: 'lifted', decision: decision('a'), id: 'e:2' }],
  ]);
  await scene.listen;
  await scene.remote.start();
  await eventually(() => expect(scene.changes).toEqual(['made a', 'made b', 'lifted a']));
  expect(scene.inForce()).toEqual(['b']);
  expect(scene.remote.connected).toBe(true);
});

test('a connection that ends is taken up where it was', async () => {
  const scene = play([
    [made('a'), ready('e:1'), made('b', 'e:2')],
    [ready('e:2'), made('c', 'e:3')],
  ]);
  await scene.remote.start();
  await eventually(() => expect(scene.inForce()).toEqual(['a', 'b', 'c']));
  expect(scene.asked).toEqual([undefined, 'e:2']);
});

test('after missed changes everything is read again, and only the difference is told', async () => {
  const scene = play([
    [made('a'), made('b'), ready('e:1')],
    [{ kind: 'resync' }],
    [made('b'), made('c'), ready('f:9')],
  ]);
  await scene.listen;
  await scene.remote.start();
  await eventually(() => expect(scene.changes).toEqual(['made a', 'made b', 'lifted a', 'made c']));
  expect(scene.asked).toEqual([undefined, 'e:1', undefined]);
});

test('a snapshot that breaks off changes nothing', async () => {
  const scene = play([
    [made('a'), ready('e:1')],
    [{ kind: 'resync' }],
    [made('b')],
    [made('a'), made('b'), ready('e:5')],
  ]);
  await scene.listen;
  await scene.remote.start();
  await eventually(() => expect(scene.changes).toEqual(['made a', 'made b']));
});

test('while the node is away what was known stays, and ends at its time', async () => {
  const away = new Error('connection refused');
  const scene = play([[made('a'), ready('e:1')], away, away, [ready('e:1'), made('b', 'e:2')]]);
  await scene.remote.start();
  expect(scene.inForce()).toContain('a');
  await eventually(() => expect(scene.inForce()).toEqual(['a', 'b']));
  clock.advance(1_000_001);
  expect(scene.inForce()).toEqual([]);
});

test('a first connection that fails is the end', async () => {
  const scene = play([new Error('connection refused')]);
  await expect(scene.remote.start()).rejects.toThrow('connection refused');
});

test('a node that falls silent is asked anew', async () => {
  const scene = play([[made('a'), ready('e:1')], null, [ready('e:1'), made('b', 'e:2')]], 30);
  await scene.remote.start();
  await eventually(() => expect(scene.asked.length).toBeGreaterThanOrEqual(3));
});
