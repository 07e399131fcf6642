import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import type { FeedDocument } from '../http/documents/feed-document.ts';
import { feedTable } from './feeds/list-feeds.ts';
import { runProgram } from './frame/run-program.ts';
import { styleFor } from './frame/style.ts';
import { testSurroundings } from './frame/test-surroundings.ts';
import { buildProgram } from './program.ts';

vi.setConfig({ testTimeout: 120_000 });

const NOW = Date.UTC(2026, 0, 2);
const feed: FeedDocument = {
  name: 'drop',
  url: 'https://feeds.example/drop.txt',
  action: 'ban',
  category: 'listed',
  state: 'stale',
  indicators: 1_234,
  scopes: { ip: 1_000, range: 234 },
  memory_bytes: 1,
  confirmed: '2026-01-01T22:00:00.000Z',
  trouble: 'the server answered 500',
  failures: 3,
  bytes: 1,
};

test('the table says how old each feed is, and below it what is wrong', () => {
  const lines = feedTable([feed], { now: NOW, width: 120, style: styleFor(false) });
  expect(lines).toEqual([
    'feed  state  action  indicators  confirmed  holds                from',
    'drop  stale  ban          1,234  2 h ago    ip 1,000, range 234  https://feeds.example/drop.txt',
    'drop: the server answered 500 (3 times in a row); its last good state is in force',
  ]);
});

async function aegis(
  cwd: string,
  ...words: readonly string[]
): Promise<{ code: number; output: string; errors: string }> {
  const surroundings = testSurroundings({ cwd });
  const code = await runProgram(buildProgram, words, surroundings);
  return { code, output: surroundings.terminal.output(), errors: surroundings.terminal.errors() };
}

test('preview shows what a list holds, as the documentation prints it, and needs no node', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'aegis-preview-'));
  try {
    const list = [
      '# bad',
      'evil[.]example',
      'hxxp://bad.example/x.exe',
      '10.1.2.3',
      '127.0.0.1',
      '@@@',
      'd41d8cd98f00b204e9800998ecf8427e',
    ];
    writeFileSync(join(folder, 'names.txt'), `${list.join('\n')}\n`);
    const shown = await aegis(folder, 'feeds', 'preview', 'names.txt');
    expect(shown.code).toBe(0);
    const documented = readFileSync(new URL('../../../../docs/feeds.md', import.meta.url), 'utf8');
    expect(documented).toContain(`$ aegis feeds preview names.txt\n${shown.output}\`\`\``);

    writeFileSync(join(folder, 'page.html'), '<!doctype html><p>log in');
    const page = await aegis(folder, 'feeds', 'preview', 'page.html');
    expect([page.code, page.output]).toEqual([1, expect.stringContaining('it is a web page, not a list')]);
    const missing = await aegis(folder, 'feeds', 'preview', 'missing.txt');
    expect([missing.code, missing.errors]).toEqual([4, expect.stringContaining('missing.txt cannot be had')]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
