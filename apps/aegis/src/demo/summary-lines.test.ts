import type { SessionStats } from '@aegis/ports';
import { expect, test } from 'vitest';
import { styleFor } from '../cli/frame/style.ts';
import type { StandingDocument } from '../http/documents/decision-document.ts';
import { demoReport, type Findings } from './findings.ts';
import type { Recording } from './recording.ts';
import { summaryLines } from './summary-lines.ts';

const stats: SessionStats = {
  sessions: 1_234,
  requests: 56_789,
  by_level: { CRITICAL: 2, HIGH: 300, MEDIUM: 0, LOW: 32, INFO: 900 },
  by_attack_type: { sql_injection: 12, scanner: 40 },
  by_tool: { sqlmap: 12 },
  by_country: {},
  by_technique: { T1190: 12 },
  by_owner: {},
  by_network: {},
  by_client: {},
  by_hour: Array<number>(24).fill(0),
  top_sources: [
    { peer_ip: '192.0.2.1', sessions: 9, max_risk: 90 },
    { peer_ip: '192.0.2.9', sessions: 20, max_risk: 97 },
  ],
};
const standing = (value: string, reason: string): StandingDocument => ({
  in_force: true,
  decision: {
    id: value,
    scope: 'ip',
    value,
    action: 'ban',
    reason,
    origin: 'aegis',
    source: 'analyze',
    weight: 1,
    created: '',
    expires: '',
  },
});
const findings: Findings = {
  stats,
  decisions: [standing('192.0.2.9', 'SQL injection \u001b[2J'), standing('192.0.2.8', 'x')],
  verification: { refused: ['192.0.2.9'], tolerated: ['192.0.2.1'], passing: ['198.51.100.1'], wronged: [] },
};
const recording: Recording = {
  sessions: [],
  clients: { '198.51.100.2': { kind: 'ordinary', tools: ['curl'] } },
  recordedAt: '',
};
const plain = styleFor(false);

test('what happened, for a person, on lines that fit', () => {
  const lines = summaryLines(findings, recording, 80, plain);
  const text = lines.join('\n');
  expect(text).toContain('1,234 sessions, 56,789 requests');
  expect(text).toMatch(/^ {2}INFO +900 {2}█{30}$/m);
  expect(text).toMatch(/^ {2}CRITICAL +2 {2}█$/m);
  expect(text).toMatch(/^ {2}MEDIUM +0$/m);
  expect(text).toMatch(/^ {5}2 {2}ban by analyze$/m);
  expect(text).toContain('✓ 1 of 2 attackers are refused; 1 did too little to be sure of');
  expect(text).toContain('✓ 1 of 1 ordinary clients pass');
  expect(lines.filter((line) => line.length > 80)).toEqual([]);
  expect(text).not.toContain('\u001b');
});

test('the worst source comes first, with what was decided about it', () => {
  const lines = summaryLines(findings, recording, 80, plain);
  const at = lines.findIndex((line) => line.startsWith('  source'));
  expect(lines[at + 1]).toMatch(/^ {2}192\.0\.2\.9 +20 +97 +ban +SQL injection/);
  expect(lines[at + 2]).toMatch(/^ {2}192\.0\.2\.1 +9 +90 +none/);
});

test('an ordinary client that is refused is named', () => {
  const verification = { ...findings.verification, passing: [], wronged: ['198.51.100.2'] };
  const text = summaryLines({ ...findings, verification }, recording, 80, plain).join('\n');
  expect(text).toContain('✗ 0 of 1 ordinary clients pass');
  expect(text).toContain('wrongly refused 198.51.100.2 (curl)');
});

test('nothing at all is no division by zero', () => {
  const empty = { ...stats, sessions: 0, by_level: { CRITICAL: 0, HIGH: 0, MEDIUM: 0, LOW: 0, INFO: 0 } };
  const none: Findings = {
    stats: { ...empty, top_sources: [] },
    decisions: [],
    verification: { refused: [], tolerated: [], passing: [], wronged: [] },
  };
  expect(summaryLines(none, recording, 80, plain).join('\n')).toContain('0 sessions');
});

test('the one line of JSON', () => {
  expect(demoReport(findings, 12.345)).toEqual({
    sessions: 1_234,
    by_level: stats.by_level,
    decisions: 2,
    refused_verified: 1,
    ordinary_verified: 1,
    ordinary_refused: 0,
    seconds: 12.3,
  });
});
