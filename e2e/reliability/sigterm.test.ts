import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { seededRandom } from '@aegis/model';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type RunningAegis, startAegis } from '../harness/aegis-process.ts';
import { analysed } from '../harness/analysed.ts';
import { pushSessions } from '../harness/push-sessions.ts';
import { sessionOf } from '../harness/session-of.ts';
import { checkBooks, storedSessions } from '../harness/stored-sessions.ts';

const ROUNDS = 4;
const SENDERS = 3;
const BATCH = 50;
const SEED = Number(process.env.AEGIS_SEED ?? Date.now() % 1_000_000);

let dataDir: string;
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'aegis-term-'));
});
afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

test(`SIGTERM while sessions come in: it ends with 0 and nothing acknowledged is lost (AEGIS_SEED=${SEED})`, async () => {
  const random = seededRandom(SEED);
  const acknowledged = new Set<string>();

  /** Sends until the node takes nothing more. */
  async function send(node: RunningAegis, prefix: string): Promise<void> {
    for (let n = 0; ; n += BATCH) {
      const batch = Array.from({ length: BATCH }, (_, i) =>
        sessionOf({ id: `${prefix}-${n + i}`, peer: '192.0.2.1', path: `/page/${n + i}` }),
      );
      const answer = await pushSessions(node, batch).catch(() => undefined);
      if (answer?.status !== 202) return;
      for (const { sess_uuid } of batch) acknowledged.add(sess_uuid);
    }
  }
  for (let round = 0; round < ROUNDS; round++) {
    const node = await startAegis({ dataDir });
    const senders = Array.from({ length: SENDERS }, (_, i) => send(node, `term-${round}-${i}`));
    await sleep(300 + random.next() * 1_200);
    expect(await node.stop()).toBe(0);
    await Promise.all(senders);
  }
  const node = await startAegis({ dataDir });
  expect((await analysed(node, 120_000)).buried).toBe(0);
  expect(await node.stop()).toBe(0);
  expect(acknowledged.size).toBeGreaterThan(ROUNDS * BATCH);
  const { stored, missing, twice } = checkBooks(dataDir, acknowledged);
  expect({ missing, twice }).toEqual({ missing: [], twice: [] });
  // What was taken in without the sender getting to know is stored as well.
  expect(stored).toBeLessThanOrEqual(acknowledged.size + ROUNDS * SENDERS * BATCH);
});

test('SIGTERM while somebody is on the decoy: the visit is kept as a session', async () => {
  const node = await startAegis({ dataDir });
  await (await fetch(`${node.decoy}/admin/config`, { headers: { 'user-agent': 'last-visitor' } })).text();
  expect(await node.stop()).toBe(0);
  const again = await startAegis({ dataDir });
  await analysed(again);
  expect(await again.stop()).toBe(0);
  expect(storedSessions(dataDir)).toEqual([expect.objectContaining({ user_agent: 'last-visitor' })]);
});
