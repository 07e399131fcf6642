import type { Pattern, SessionRecord } from '@aegis/model';
import type { MemoryReport } from '@aegis/ports';
import { sessionRecord } from '@aegis/ports/conformance';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { learn } from './learn.ts';
import { signaturesOf } from './signatures.ts';

const WITNESS = { node: 'node-1', region: 'eu' };
const SIGNATURES = signaturesOf(sessionRecord());

function pattern(id: string, signatures: readonly string[]): Pattern {
  return {
    id,
    attackType: 'sql_injection',
    signatures,
    firstSeen: 0,
    lastSeen: 0,
    occurrences: 1,
    sources: [],
    ports: [],
    severity: 5,
    hours: Array<number>(24).fill(0),
    blocks: 0,
    nodes: [],
    region: 'eu',
  };
}

function patternOf(record: SessionRecord, ...known: readonly Pattern[]): string | undefined {
  return patternReport(learn(record, known, WITNESS))?.pattern;
}

function patternReport(reports: readonly MemoryReport[]) {
  return reports.find((report) => report.kind === 'pattern');
}

test('an attack teaches who did it and how, under names made of the session', () => {
  const record = sessionRecord();
  expect(learn(record, [], WITNESS)).toEqual([
    {
      kind: 'attacker',
      report: 'attacker:attack-sqli-001',
      node: 'node-1',
      at: Date.parse(record.end_time),
      address: '192.0.2.100',
      threatScore: 75,
      attackTypes: ['sql_injection'],
      tools: ['sqlmap'],
    },
    {
      kind: 'pattern',
      report: 'pattern:attack-sqli-001',
      node: 'node-1',
      at: Date.parse(record.end_time),
      pattern: expect.stringMatching(/^ATK-2025-[0-9A-F]{12}$/),
      attackType: 'sql_injection',
      signatures: SIGNATURES,
      source: '192.0.2.100',
      severity: 8,
      region: 'eu',
      blocked: true,
    },
  ]);
});

test('what is of no note teaches nothing', () => {
  const attack_patterns = { ...sessionRecord().attack_patterns, techniques: [] };
  expect(learn(sessionRecord({ risk_score: 19, attack_patterns }), [], WITNESS)).toEqual([]);
  expect(learn(sessionRecord({ risk_score: 20, attack_patterns }), [], WITNESS)).toHaveLength(1);
});

test.each([
  ['browser', 'Firefox', []],
  ['feed_reader', 'Feedly', []],
  ['crawler', 'Googlebot', []],
  ['library', 'python-requests', ['python-requests']],
  ['security_tool', 'nikto', ['nikto']],
] as const)('of a %s the name is kept as a tool or not: %s', (kind, tool_name, tools) => {
  const record = sessionRecord({ user_agent_info: { is_bot: true, kind, tool_name } });
  expect(learn(record, [], WITNESS)[0]).toMatchObject({ kind: 'attacker', tools });
});

test('two nodes that meet a new pattern at once name it alike; other signatures, another name', () => {
  const elsewhere = { node: 'node-2', region: 'us' };
  const here = patternReport(learn(sessionRecord({ sess_uuid: 'a' }), [], WITNESS));
  const there = patternReport(learn(sessionRecord({ sess_uuid: 'b', peer_ip: '192.0.2.7' }), [], elsewhere));
  expect(there?.pattern).toBe(here?.pattern);
  const other = sessionRecord({ user_agent_info: { is_bot: true, kind: 'security_tool', tool_name: 'x' } });
  expect(patternOf(other)).not.toBe(here?.pattern);
});

test('a session joins the pattern that is more than half like it, the most alike, the first of equals', () => {
  const half = SIGNATURES.slice(0, Math.floor(SIGNATURES.length / 2));
  const most = SIGNATURES.slice(0, SIGNATURES.length - 1);
  expect(patternOf(sessionRecord(), pattern('half', half))).toMatch(/^ATK-/);
  expect(patternOf(sessionRecord(), pattern('strangers', ['type:ssrf']))).toMatch(/^ATK-/);
  expect(patternOf(sessionRecord(), pattern('most', most), pattern('half', half))).toBe('most');
  expect(patternOf(sessionRecord(), pattern('most', most), pattern('same', SIGNATURES))).toBe('same');
  expect(patternOf(sessionRecord(), pattern('b', SIGNATURES), pattern('a', SIGNATURES))).toBe('a');
});

test('the order of the candidates does not matter', () => {
  const sets = fc.array(fc.subarray([...SIGNATURES, 'x', 'y', 'z']), { maxLength: 8 });
  fc.assert(
    fc.property(sets, (all) => {
      const known = all.map((signatures, n) => pattern(`p${n}`, signatures));
      expect(patternOf(sessionRecord(), ...known.toReversed())).toBe(patternOf(sessionRecord(), ...known));
    }),
  );
});
