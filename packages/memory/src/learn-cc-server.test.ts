import type { Address } from '@aegis/model';
import { expect, test } from 'vitest';
import { type CcServerFinding, learnCcServer } from './learn-cc-server.ts';

const finding: CcServerFinding = {
  address: '203.0.113.7' as Address,
  port: 443,
  score: 95,
  confidence: 80,
  heartbeatSeconds: 60,
  lastSeen: Date.UTC(2026, 9, 27, 12, 10),
  bots: [{ address: '10.0.0.1' as Address, suspicion: 90 }],
};
const witness = { node: 'node-1', region: 'eu' };

test('a server is reported with its bots', () => {
  expect(learnCcServer(finding, witness, true)).toEqual({
    kind: 'cc_server',
    report: `cc:203.0.113.7:443:node-1:${Date.UTC(2026, 9, 27, 12) / 3_600_000}:1`,
    node: 'node-1',
    at: finding.lastSeen,
    address: '203.0.113.7',
    port: 443,
    bots: { '10.0.0.1': 90 },
    score: 95,
    confidence: 80,
    blocked: true,
    heartbeatSeconds: 60,
  });
});

test('within the hour by the same name; later, with twice the bots and by other nodes by another', () => {
  const name = (change: Partial<CcServerFinding>, node: string = 'node-1'): string =>
    learnCcServer({ ...finding, ...change }, { ...witness, node }, false).report;
  expect(name({ lastSeen: finding.lastSeen + 60_000, score: 99 })).toBe(name({}));
  const all = [
    name({}),
    name({ lastSeen: finding.lastSeen + 3_600_000 }),
    name({ port: 80 }),
    name({}, 'node-2'),
    name({ bots: [...finding.bots, ...finding.bots] }),
  ];
  expect(new Set(all).size).toBe(5);
});
