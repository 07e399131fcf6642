import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SessionInput } from '@aegis/model';
import { afterEach, expect, test, vi } from 'vitest';
import { memoryTerminal } from '../cli/frame/memory-terminal.ts';
import { createApiClient } from '../client/index.ts';
import { testConfig } from '../node/node-fixture.ts';
import type { StartedNode } from '../node/start-node.ts';
import { systemClock } from '../node/system-clock.ts';
import { attack, visit } from '../pipeline/pipeline-fixture.ts';
import { startDemoNode } from './demo-node.ts';
import { gather } from './findings.ts';
import { replay } from './replay.ts';

let node: StartedNode | undefined;
afterEach(async () => {
  await node?.stop();
  vi.unstubAllEnvs();
});

const atNow = (session: SessionInput): SessionInput => {
  const at = Date.now() - 5_000;
  const requests = session.requests?.map((request) => ({ ...request, timestamp: at })) ?? [];
  return { ...session, start_time: at, end_time: at + 1_000, requests };
};

test('it leaves no trace, and takes any port where the usual one is taken', async () => {
  const temporary = mkdtempSync(join(tmpdir(), 'aegis-test-'));
  vi.stubEnv('TMPDIR', temporary);
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  const { port } = other.address() as { readonly port: number };
  const config = testConfig('/nowhere');
  node = await startDemoNode({ ...config, http: { ...config.http, port } }, systemClock);
  expect(node.api).not.toContain(`:${port}`);
  expect(readdirSync(temporary)).toHaveLength(1);
  await node.stop();
  await new Promise((resolve) => other.close(resolve));
  expect(readdirSync(temporary)).toEqual([]);
  rmSync(temporary, { recursive: true });
});

test('a replay waits until everything is analysed, and what it led to can be gathered', async () => {
  node = await startDemoNode(testConfig('/nowhere'), systemClock);
  const client = createApiClient({ baseUrl: node.api, key: node.firstAdminKey ?? '' });
  const sessions = [atNow(attack(1)), ...Array.from({ length: 120 }, (_, n) => atNow(visit(n + 2)))];
  const terminal = memoryTerminal();
  await replay(sessions, {
    sensor: client,
    viewer: client,
    stream: terminal.stderr,
    clock: systemClock,
    signal: new AbortController().signal,
  });
  expect(terminal.errors()).toMatch(/replaying and analysing {2}121 sessions/);
  const clients = {
    '198.18.0.1': { kind: 'attack', tools: ['sqlmap'] },
    '198.18.0.2': { kind: 'ordinary', tools: ['Firefox'] },
  } as const;
  const { stats, decisions, verification } = await gather({ sessions, clients, recordedAt: '' }, client);
  expect(stats.sessions).toBe(121);
  expect(decisions.map(({ decision }) => decision.value)).toEqual(['198.18.0.1']);
  expect(verification).toMatchObject({ refused: ['198.18.0.1'], passing: ['198.18.0.2'], wronged: [] });
});
