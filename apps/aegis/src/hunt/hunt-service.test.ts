import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FLOW_CSV_HEADER, flowCsvLine, syntheticTraffic } from '@aegis/hunt';
import { AegisError, type Prefix, silentLogger } from '@aegis/model';
import type { MemoryReport } from '@aegis/ports';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { fakeMemory } from '../http/fixture/fake-memory.ts';
import { Metrics } from '../node/metrics.ts';
import { systemClock } from '../node/system-clock.ts';
import type { TimedProposal } from '../pipeline/timed-proposal.ts';
import { HuntService } from './hunt-service.ts';

// The hunt runs in a thread of its own, which takes a while to start on a machine that has other work.
vi.setConfig({ testTimeout: 120_000 });
const PATIENCE = { timeout: 90_000, interval: 50 };
const HOUR = 3_600_000;

let folder: string;
let service: HuntService;
let proposals: TimedProposal[];
let reports: MemoryReport[];
let refusals: number;

beforeEach(() => {
  folder = join(mkdtempSync(join(tmpdir(), 'aegis-hunt-')), 'hunt');
  proposals = [];
  reports = [];
  refusals = 0;
});
afterEach(async () => {
  await service.stop();
  rmSync(folder, { recursive: true, force: true });
});

function open(allow: readonly Prefix[] = []): HuntService {
  service = new HuntService({
    folder,
    settings: { windowMs: 24 * HOUR, everyMs: 50, mostPairs: 100_000, allow },
    async propose(given) {
      if (refusals-- > 0) throw new AegisError('ledger_unavailable', 'away');
      proposals.push(...given);
    },
    isBlocked: () => true,
    memory: { ...fakeMemory, report: async (given) => void reports.push(...given) },
    witness: { node: 'node-1', region: 'eu' },
    metrics: new Metrics(),
    clock: systemClock,
    logger: silentLogger,
  });
  service.start();
  return service;
}

function traffic(): string {
  const flows = syntheticTraffic({
    ...{ seed: 3, from: Date.now() - 3 * HOUR, hours: 3, hosts: 60, bots: 5, servers: 1 },
    beacon: { periodMs: 120_000, jitter: 0.2 },
  });
  return `${[FLOW_CSV_HEADER, ...flows.map(flowCsvLine)].join('\n')}\n`;
}

test('a confirmed server is proposed and remembered, although the ledger was away at first', async () => {
  refusals = 1;
  const hunt = open();
  expect(await hunt.take(traffic())).toMatchObject({ ok: true });
  await vi.waitFor(() => expect(reports).toHaveLength(1), PATIENCE);
  expect(proposals.map(({ proposal }) => proposal)).toMatchObject([
    { scope: 'ip', action: 'ban', source: 'hunt/cc-server' },
  ]);
  expect(reports).toMatchObject([{ kind: 'cc_server', port: 443, blocked: true, node: 'node-1' }]);
  expect(await hunt.candidates(80, 10)).toMatchObject([{ port: 443, bots: { length: 5 } }]);
  const [{ address } = { address: '' }] = await hunt.candidates(80, 10);
  expect(await hunt.candidatesAt(address)).toHaveLength(1);
});

test('after a stop and a start it knows what it knew, and tells of it again', async () => {
  const text = traffic();
  const flows = text.trimEnd().split('\n').length - 1;
  await open().take(text);
  await vi.waitFor(() => expect(reports).toHaveLength(1), PATIENCE);
  await service.stop();
  await open().status();
  await vi.waitFor(() => expect(reports).toHaveLength(2), PATIENCE);
  expect(reports[1]?.report).toBe(reports[0]?.report);
  expect(await service.status()).toMatchObject({ flows, unlooked: 0 });
});

test('nothing is asked of a thread before there are flows', async () => {
  const hunt = open();
  expect(await hunt.status()).toMatchObject({ flows: 0, candidates: 0 });
  expect(await hunt.candidates(0, 10)).toEqual([]);
  expect(await hunt.take('roses are red\n')).toMatchObject({ ok: false });
});

test('a folder that cannot be used is an error for who sends, not the end of the node', async () => {
  writeFileSync(folder, 'a file');
  const hunt = open();
  await expect(hunt.take(traffic())).rejects.toMatchObject({ code: 'hunt_unavailable' });
  await vi.waitFor(() => expect(hunt.trouble).toMatch(/its thread ended/), PATIENCE);
});
