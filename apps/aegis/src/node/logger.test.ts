import { expect, test } from 'vitest';
import { prettyLine } from './logger.ts';

test('a pretty line is short, and what attackers wrote cannot move the cursor', () => {
  const json = JSON.stringify({
    level: 'warn',
    time: '2026-01-02T03:04:05.678Z',
    msg: 'bad input',
    line: 7,
    found: '\u001b[2Jx\ny',
  });
  expect(prettyLine(json)).toBe('03:04:05 warn  bad input line=7 found=\\x1b[2Jx\\x0ay\n');
});
