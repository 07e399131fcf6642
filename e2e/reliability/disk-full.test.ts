import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, unlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type RunningAegis, startAegis } from '../harness/aegis-process.ts';
import { analysed } from '../harness/analysed.ts';
import { eventually } from '../harness/eventually.ts';
import { pushSessions } from '../harness/push-sessions.ts';
import { attackOf } from '../harness/session-of.ts';
import { onSmallDisk } from '../harness/small-disk.ts';
import { checkBooks } from '../harness/stored-sessions.ts';

const SIZE_MB = 48;
const FILLER_MB = 32;
const BATCH = 50;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'aegis-full-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('disk full: 503 with Retry-After, nothing acknowledged is lost, and it recovers by itself', async (context) => {
  const inside = onSmallDisk(folder, SIZE_MB);
  const [program, ...words] = [...inside, 'true'];
  const { status, stderr } = spawnSync(program, words, { encoding: 'utf8' });
  if (status !== 0) context.skip(`a small disk cannot be mounted here: ${stderr.trim()}`);

  const node = await startAegis({
    dataDir: join(folder, 'data'),
    dataDirOutside: (pid) => join('/proc', String(pid), 'root', folder, 'data'),
    inside,
  });
  const filler = join(node.dataDir, '..', 'filler');
  const acknowledged = new Set<string>();
  await push(node, acknowledged, 0);
  await node.run(['decisions', 'add', '203.0.113.66', '--reason', 'before the disk was full']);

  writeFileSync(filler, Buffer.alloc(FILLER_MB * 1024 * 1024));
  const { refused, sent } = await pushUntilRefused(node, acknowledged);
  expect(refused).toMatchObject({ status: 503, retryAfter: expect.stringMatching(/^\d+$/) });
  expect(refused).toMatchObject({
    type: 'urn:aegis:problem:disk_full',
    detail: expect.stringContaining('disk'),
  });
  // Now and then a checkpoint gives back the room for one more batch; what is acknowledged then counts as well.
  const answers: number[] = [];
  for (let i = 0; i < 20; i++) {
    answers.push((await push(node, acknowledged, sent + i)).status);
    await sleep(50);
  }
  expect([202, 503]).toEqual(expect.arrayContaining([...new Set(answers)]));
  expect(answers.filter((status) => status === 503).length).toBeGreaterThan(10);
  // What is in force stays in force and is answered from memory.
  const check = await node.fetch('/v1/check?address=203.0.113.66');
  expect(check.status).toBe(403);
  const wish = { scope: 'ip', value: '203.0.113.67', action: 'ban', reason: 'no room' };
  const decided = await node.fetch('/v1/decisions', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(wish),
  });
  expect([201, 503]).toContain(decided.status);
  const expected67 = decided.status === 201 ? 403 : 200;
  expect((await node.fetch('/v1/check?address=203.0.113.67')).status).toBe(expected67);

  unlinkSync(filler);
  await eventually('it takes sessions again', async () => {
    const { status: again } = await push(node, acknowledged, sent + 100);
    return again === 202 ? true : undefined;
  });
  const { buried } = await analysed(node, 120_000);
  const { missing, twice, stored } = checkBooks(node.dataDir, acknowledged);
  expect({ missing, twice, buried }).toEqual({ missing: [], twice: [], buried: 0 });
  expect(stored).toBeGreaterThan(BATCH * 2);
  expect((await node.fetch('/health/ready')).status).toBe(200);
  expect(await node.stop()).toBe(0);
});

/** Sessions of some size: what matters is that they fill the disk. */
async function push(node: RunningAegis, acknowledged: Set<string>, round: number) {
  const batch = Array.from({ length: BATCH }, (_, i) => {
    const attack = attackOf(`full-${round}-${i}`, `198.51.100.${(round + i) % 250}`);
    return { ...attack, referer: 'r'.repeat(4_000) };
  });
  const answer = await pushSessions(node, batch);
  if (answer.status === 202) for (const { sess_uuid } of batch) acknowledged.add(sess_uuid);
  return answer;
}

async function pushUntilRefused(node: RunningAegis, acknowledged: Set<string>) {
  for (let sent = 1; sent < 1_000; sent++) {
    const answer = await push(node, acknowledged, sent);
    if (answer.status !== 202) return { refused: answer, sent };
  }
  throw new Error('the disk was never full');
}
