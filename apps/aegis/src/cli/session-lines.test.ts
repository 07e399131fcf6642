import { sessionRecord } from '@aegis/ports/conformance';
import { expect, test } from 'vitest';
import { tooWide } from './cli-fixture.ts';
import { printable } from './frame/printable.ts';
import { styleFor } from './frame/style.ts';
import { sessionLines } from './session-lines.ts';
import { sessionTable } from './session-table.ts';

const plain = styleFor(false);
const hostile = sessionRecord({
  user_agent: `\u001b[2J${'x'.repeat(300)}`,
  sess_uuid: 'id\u202e\n',
  payloads: Array.from({ length: 12 }, (_, n) => ({
    place: 'query',
    part: 'q\u0007',
    text: `' OR ${n}=${n} \u001b]0;title\u0007 ${'long '.repeat(60)}`,
    why: 'a tautology',
    attack_type: 'sql_injection',
    techniques: [],
  })),
});

test('what an attacker wrote moves no cursor, and every line fits', () => {
  for (const lines of [sessionLines(hostile, 80, plain), sessionTable([hostile], 80, plain)]) {
    const text = lines.join('\n');
    expect(lines.map(printable)).toEqual(lines);
    expect(tooWide(text)).toEqual([]);
  }
});

test('of much evidence the first is shown, and the rest counted', () => {
  const lines = sessionLines(hostile, 200, plain);
  expect(lines.filter((line) => line.startsWith('  sql_injection in query'))).toHaveLength(10);
  expect(lines).toContain('  2 more with --json');
});

test('what there is none of is said, or left out', () => {
  const nothing = sessionRecord({
    payloads: [],
    requests: [],
    recommendations: [],
    attack_types: [],
    attack_patterns: { ...hostile.attack_patterns, mitre_attack: [], phases: [] },
  });
  const text = sessionLines(nothing, 80, plain).join('\n');
  expect(text).toMatch(/types +none\n {2}ATT&CK +none\n {2}phases +none/);
  for (const title of ['Evidence', 'Advice', 'Requests']) expect(text).not.toContain(title);
});
