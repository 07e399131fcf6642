import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Random, type SessionInput, seededRandom } from '@aegis/model';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type RunningAegis, startAegis } from '../harness/aegis-process.ts';
import { analysed } from '../harness/analysed.ts';
import { pushSessions } from '../harness/push-sessions.ts';
import { attackOf, sessionOf } from '../harness/session-of.ts';
import { checkBooks } from '../harness/stored-sessions.ts';

const SESSIONS = 20_000;
const BATCH = 100;
/** Sessions that a node is sent before it dies, at most: a fast machine is to be killed as often as a slow one. */
const A_LIFE = 2_000;
/** Every tenth is an attack, so that memory and decisions meet the kills as well. */
const ATTACKS = SESSIONS / 10;
const SEED = Number(process.env.AEGIS_SEED ?? Date.now() % 1_000_000);

/** On a slow machine a life may be too short for a single message, several times in a row. */
const ENV = { AEGIS_PIPELINE_MAX_ATTEMPTS: '10' };

let dataDir: string;
beforeAll(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'aegis-kill-'));
});
afterAll(() => rmSync(dataDir, { recursive: true, force: true }));

const attacker = (n: number): string => `2001:db8:a::${n.toString(16)}`;
const visitor = (n: number): string => `2001:db8:b::${n.toString(16)}`;

function session(n: number): SessionInput {
  return n % 10 === 0
    ? attackOf(`kill-${n}`, attacker(n / 10))
    : sessionOf({ id: `kill-${n}`, peer: visitor(n % 1_000), path: `/page/${n}` });
}

/** Kills the node at a random moment of the work, or soon after it. What the work throws before is a failure. */
async function killDuring(node: RunningAegis, random: Random, work: () => Promise<unknown>): Promise<void> {
  let killed = false;
  const kill = sleep(100 + random.next() * 1_900).then(async () => {
    killed = true;
    await node.kill();
  });
  try {
    await work();
  } catch (error) {
    if (!killed) throw error;
  }
  await kill;
}

test(`kill -9 at random moments while ${SESSIONS} sessions come in: each is stored once (AEGIS_SEED=${SEED})`, async () => {
  const random = seededRandom(SEED);
  const acknowledged = new Set<string>();
  let node = await startAegis({ dataDir, env: ENV });
  let kills = 0;
  let next = 0;

  async function push(): Promise<void> {
    const end = Math.min(SESSIONS, next + A_LIFE);
    while (next < end) {
      const batch = Array.from({ length: BATCH }, (_, i) => session(next + i));
      const { status, accepted } = await pushSessions(node, batch);
      expect({ status, accepted }).toEqual({ status: 202, accepted: BATCH });
      for (const { sess_uuid } of batch) acknowledged.add(sess_uuid);
      next += BATCH;
    }
  }
  while (next < SESSIONS) {
    await killDuring(node, random, push);
    kills++;
    node = await startAegis({ dataDir, env: ENV });
  }
  for (let i = 0; i < 3; i++) {
    await killDuring(node, random, () => analysed(node));
    kills++;
    node = await startAegis({ dataDir, env: ENV });
  }
  const { buried } = await analysed(node, 240_000);
  const { sessions } = await node.get<{ sessions: number }>('/v1/stats');
  const refused = await refusals(node);
  expect(await node.stop()).toBe(0);

  expect(acknowledged.size).toBe(SESSIONS);
  // First of all: what is buried is missing below.
  expect(buried).toBe(0);
  expect(checkBooks(dataDir, acknowledged)).toEqual({ stored: SESSIONS, missing: [], twice: [] });
  expect(sessions).toBe(SESSIONS);
  expect(refused).toEqual({ attackers: ATTACKS, visitors: 0 });
  expect(kills).toBeGreaterThanOrEqual(SESSIONS / A_LIFE + 3);
});

/** How many of all who came are refused now. */
async function refusals(
  node: RunningAegis,
): Promise<{ readonly attackers: number; readonly visitors: number }> {
  const attackers = Array.from({ length: ATTACKS }, (_, n) => attacker(n));
  const visitors = Array.from({ length: 1_000 }, (_, n) => visitor(n));
  return { attackers: await blocked(node, attackers), visitors: await blocked(node, visitors) };
}

async function blocked(node: RunningAegis, addresses: readonly string[]): Promise<number> {
  let count = 0;
  for (let from = 0; from < addresses.length; from += 1_000) {
    const checks = addresses.slice(from, from + 1_000).map((address) => ({ address }));
    const response = await node.fetch('/v1/check', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ checks }),
    });
    const { verdicts } = (await response.json()) as { verdicts: readonly { outcome: string }[] };
    count += verdicts.filter(({ outcome }) => outcome === 'block').length;
  }
  return count;
}
