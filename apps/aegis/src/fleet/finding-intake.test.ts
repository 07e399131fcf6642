import { AgentId, type NumberedFinding, readFindingBatch } from '@aegis/fleet';
import { ManualClock, Result, silentLogger } from '@aegis/model';
import { beforeEach, expect, test } from 'vitest';
import type { TimedProposal } from '../pipeline/timed-proposal.ts';
import { FindingIntake, type ReadBatch } from './finding-intake.ts';

const parsed = AgentId.parse('01930f6c-7a3b-7c1e-9d2a-5f4e3d2c1b0a');
const id = parsed.ok ? parsed.value : (undefined as never);
const clock = new ManualClock();
let proposed: TimedProposal[];
let flows: string[];
let fails: boolean;
let intake: FindingIntake;
beforeEach(() => {
  proposed = [];
  flows = [];
  fails = false;
  intake = new FindingIntake({
    async propose(proposals) {
      if (fails) throw new Error('the ledger is away');
      proposed.push(...proposals);
    },
    hunt: {
      async take(text) {
        flows.push(text);
        return Result.err('not asked');
      },
    },
    ...{ mostAgents: 10, clock, logger: silentLogger },
  });
});

const ban = (sequence: number): unknown => ({
  ...{ sequence, plugin: 'auth-log' },
  finding: {
    ...{ kind: 'proposal', at: 1, address: '192.0.2.7', action: 'ban', durationMs: 60_000 },
    ...{ reason: 'r', rule: 'guess', confidence: 100 },
  },
});
function batch(findings: readonly unknown[], buffer: string = 'b'): ReadBatch {
  const counts = { made: 1, sent: 0, dropped: 0, held: 1 };
  const read = readFindingBatch(JSON.stringify({ buffer, findings, counts }));
  if (!read.ok) throw new Error(read.error);
  return read.value;
}

test('what comes again is taken once; what is new beside it is taken', async () => {
  expect(await intake.take(id, batch([ban(1), ban(2)]))).toBe(true);
  expect(await intake.take(id, batch([ban(1), ban(2), ban(3)]))).toBe(true);
  expect(proposed.map(({ proposal }) => proposal.key)).toEqual([1, 2, 3].map((n) => `agent:${id}:b:${n}`));
  expect(intake.ackOf(id)).toEqual({ buffer: 'b', upto: 3 });
  // An agent that begins anew begins its numbers anew.
  await intake.take(id, batch([ban(1)], 'c'));
  expect(proposed).toHaveLength(4);
});

test('an agent is never as sure as a node, and cannot ban everybody at once', async () => {
  await intake.take(id, batch(Array.from({ length: 100 }, (_, n) => ban(n + 1))));
  expect(proposed).toHaveLength(60);
  expect(proposed[0]?.proposal).toMatchObject({
    confidence: 85,
    source: 'agent/auth-log/guess',
    origin: 'aegis',
  });
  expect(intake.of(id)).toMatchObject({ refused: 40 });
  clock.advance(5_000);
  await intake.take(id, batch(Array.from({ length: 10 }, (_, n) => ban(n + 101))));
  expect(proposed).toHaveLength(65);
});

test('what cannot be kept is not acknowledged, and taken when it comes again', async () => {
  fails = true;
  expect(await intake.take(id, batch([ban(1)]))).toBe(false);
  expect(intake.ackOf(id)).toBeUndefined();
  fails = false;
  expect(await intake.take(id, batch([ban(1)]))).toBe(true);
  expect(proposed).toHaveLength(1);
});

test('flows go to the hunt, reports are kept, the latest ones, and nonsense is passed over', async () => {
  const findings = [
    { sequence: 1, plugin: 'flows', finding: { kind: 'flows', at: 1, lines: ['{"a":1}', '{"b":2}'] } },
    { sequence: 2, plugin: 'x', finding: { kind: 'what' } },
    { sequence: 3, plugin: 'x', finding: { kind: 'proposal', at: 1, address: 'everyone' } },
    ...Array.from({ length: 25 }, (_, n) => ({
      ...{ sequence: n + 4, plugin: 'p' },
      finding: { kind: 'report', at: n, about: 'test', data: { n } },
    })),
  ] as const;
  await intake.take(id, batch(findings as unknown as readonly NumberedFinding[]));
  expect(flows).toEqual(['{"a":1}\n{"b":2}\n']);
  const kept = intake.of(id);
  expect(kept).toMatchObject({ refused: 2 });
  expect(kept?.reports.map(({ at }) => at)).toEqual(Array.from({ length: 20 }, (_, n) => n + 5));
  expect(intake.ackOf(id)).toEqual({ buffer: 'b', upto: 28 });
});
