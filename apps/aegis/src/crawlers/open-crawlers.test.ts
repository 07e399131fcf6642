import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Address, ManualClock, seededRandom, silentLogger } from '@aegis/model';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openCrawlers } from './open-crawlers.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'aegis-crawlers-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function list(name: string, ...prefixes: readonly string[]): string {
  const path = join(folder, name);
  writeFileSync(path, JSON.stringify({ prefixes: prefixes.map((ipv4Prefix) => ({ ipv4Prefix })) }));
  return path;
}

async function crawlers(...files: readonly string[]) {
  const opened = await openCrawlers({
    settings: {
      ranges: [{ name: 'Googlebot', files }],
      reverseDns: false,
      dnsTimeoutMs: 1_000,
      refreshMs: 1_000,
    },
    clock: new ManualClock(0),
    random: seededRandom(1),
    logger: silentLogger,
  });
  const proves = (address: string, name = 'Googlebot') => opened.proves(address as Address, name);
  return { ...opened, proves };
}

test('an address of a list proves its crawler and no other', async () => {
  const { proves, close } = await crawlers(list('a.json', '192.0.2.0/27'), list('b.json', '192.0.2.64/27'));
  expect([proves('192.0.2.1'), proves('192.0.2.65'), proves('192.0.2.33')]).toEqual([true, true, false]);
  expect([proves('192.0.2.1', 'Googlebot-Image'), proves('192.0.2.33', 'Googlebot-Image')]).toEqual([
    true,
    false,
  ]);
  expect(proves('192.0.2.1', 'bingbot')).toBeUndefined();
  await close();
});

test('while a list is missing nobody is refuted, and a new one counts without a restart', async () => {
  const missing = join(folder, 'later.json');
  const { proves, refresh, close } = await crawlers(list('a.json', '192.0.2.0/27'), missing);
  expect([proves('192.0.2.1'), proves('192.0.2.65')]).toEqual([true, undefined]);
  list('later.json', '192.0.2.64/27');
  await refresh();
  await refresh();
  expect([proves('192.0.2.65'), proves('192.0.2.129')]).toEqual([true, false]);
  writeFileSync(missing, '<html>404</html>');
  await refresh();
  await refresh();
  expect(proves('192.0.2.65')).toBe(true);
  await close();
});
