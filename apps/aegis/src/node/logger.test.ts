import { createMasker } from '@aegis/trail';
import { expect, test, vi } from 'vitest';
import { createLogger, prettyLine } from './logger.ts';

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

test('secrets are masked wherever they stand: words, fields, deep fields, errors', () => {
  const lines: string[] = [];
  const spy = vi.spyOn(process.stderr, 'write').mockImplementation((line) => {
    lines.push(String(line));
    return true;
  });
  const key = `aegis_0123456789abcdef_${'5a'.repeat(32)}`;
  const logger = createLogger({ level: 'debug', format: 'pretty', masker: createMasker() });
  logger.info(
    { path: `/x?token=hunter2&k=${key}`, deep: { list: [{ password: 'hunter2' }] } },
    'pwd=hunter2',
  );
  logger
    .child({ authorization: 'hunter2' })
    .error({ error: String(new Error('Bearer hunter2hunter2')) }, 'failed');
  spy.mockRestore();
  expect(lines).toHaveLength(2);
  expect(lines.join('')).not.toMatch(/hunter2|5a5a/);
  expect(lines.join('')).toContain('aegis_0123456789abcdef_***');
});
