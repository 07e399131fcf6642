import { spawnSync } from 'node:child_process';
import {
  appendFileSync,
  chmodSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseRules, runExample } from '@aegis/scenario';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { compareVersions, parseDpkgStatus } from './dpkg.ts';
import { changesBetween, lookAt } from './files.ts';
import { FlowTable } from './flow-table.ts';
import { LogFollower } from './log-follower.ts';
import { OsvRecord, vulnerable } from './osv.ts';
import { parseProcSockets } from './proc-sockets.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'aegis-box-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('rules of the box', () => {
  const path = join(import.meta.dirname, '..', '..', 'scenarios', 'sign-in.yaml');
  const parsed = parseRules(path, readFileSync(path, 'utf8'));
  const rules = parsed.ok ? parsed.value : [];

  test('are well formed', () => {
    expect(parsed.ok ? [] : parsed.error).toEqual([]);
    expect(rules).toHaveLength(3);
  });

  test.each(rules.map((rule) => [rule.name, rule] as const))(
    '%s catches and passes what it says',
    (_, rule) => {
      for (const example of rule.must_catch) expect(runExample(rule, example, () => [])).toBeGreaterThan(0);
      for (const example of rule.must_not) expect(runExample(rule, example, () => [])).toBe(0);
    },
  );
});

test('a log is followed over its end, a rename, and a new beginning', async () => {
  const path = join(folder, 'log');
  const lines: string[] = [];
  writeFileSync(path, 'before\n');
  const follower = new LogFollower(path, (line) => void lines.push(line));
  await follower.open(undefined);
  appendFileSync(path, 'one\ntw');
  await follower.look();
  appendFileSync(path, 'o\n');
  await follower.look();
  renameSync(path, `${path}.1`);
  appendFileSync(`${path}.1`, 'three\n');
  writeFileSync(path, 'four\n');
  await follower.look();
  writeFileSync(path, '5\n');
  await follower.look();
  expect(lines).toEqual(['one', 'two', 'three', 'four', '5']);
  const { place } = follower;
  await follower.close();
  appendFileSync(path, 'six\n');
  await follower.open(place);
  await follower.look();
  expect(lines.at(-1)).toBe('six');
  await follower.close();
});

test('files that are new, gone, or different are told; others are not', async () => {
  const at = (name: string): string => join(folder, name);
  for (const name of ['same', 'text', 'mode', 'gone']) writeFileSync(at(name), name);
  const before = (await lookAt([folder])).seen;
  writeFileSync(at('text'), 'other');
  chmodSync(at('mode'), 0o777);
  rmSync(at('gone'));
  writeFileSync(at('new'), '');
  const { seen, isCut } = await lookAt([folder, join(folder, 'not', 'there')]);
  expect(isCut).toBe(false);
  expect(changesBetween(before, seen)).toEqual([
    { path: at('gone'), change: 'removed' },
    { path: at('mode'), change: 'changed' },
    { path: at('new'), change: 'added' },
    { path: at('text'), change: 'changed' },
  ]);
});

test('packages that are installed, and only those', () => {
  const text =
    'Package: a\nStatus: install ok installed\nVersion: 1:2-3\nDescription: x\n Package: no\n\n' +
    'Package: b\nStatus: deinstall ok config-files\nVersion: 1\n\nPackage: c\nStatus: install ok installed\n\n';
  expect(parseDpkgStatus(text)).toEqual([{ name: 'a', version: '1:2-3' }]);
});

// The real dpkg is the oracle, where there is one.
test.runIf(existsSync('/usr/bin/dpkg'))('versions are ordered as dpkg orders them', () => {
  const part = fc.stringMatching(/^[0-9][0-9a-z~+.]{0,6}$/);
  const version = fc
    .tuple(fc.constantFrom('', '0:', '1:'), part, fc.constantFrom('', '-1', '-0', '-1~a', '-2+b'))
    .map((parts) => parts.join(''));
  fc.assert(
    fc.property(version, version, (a, b) => {
      const order = compareVersions(a, b);
      const relation = order < 0 ? 'lt' : order > 0 ? 'gt' : 'eq';
      const { status } = spawnSync('/usr/bin/dpkg', ['--compare-versions', a, relation, b]);
      expect({ a, relation, b, status }).toEqual({ a, relation, b, status: 0 });
    }),
    { numRuns: 100 },
  );
});

test('records of OSV tell of versions that are named and of those within a range', () => {
  const installed = [
    { name: 'openssl', version: '3.0.11-1~deb12u2' },
    { name: 'zlib', version: '1:1.2' },
  ];
  const record = (id: string, events: unknown[], versions: string[] = [], more = {}): OsvRecord =>
    OsvRecord.parse({
      id,
      ...more,
      affected: [
        {
          package: { ecosystem: 'Debian:12', name: 'openssl' },
          versions,
          ranges: [{ type: 'ECOSYSTEM', events }],
        },
      ],
    });
  const found = vulnerable(
    installed,
    [
      record('fixed-later', [{ introduced: '0' }, { fixed: '3.0.13-1~deb12u1' }]),
      record('fixed-before', [{ introduced: '0' }, { fixed: '3.0.11-1~deb12u2' }]),
      record('not-yet', [{ introduced: '3.1' }]),
      record('last', [{ introduced: '0' }, { last_affected: '3.0.11-1~deb12u2' }]),
      record('named', [], ['3.0.11-1~deb12u2']),
      record('withdrawn', [{ introduced: '0' }], [], { withdrawn: '2026-01-01T00:00:00Z' }),
    ],
    'Debian:12',
  );
  expect(found.map(({ id }) => id)).toEqual(['fixed-later', 'last', 'named']);
});

const PROC = (lines: readonly string[]): string =>
  [
    '  sl  local_address rem_address   st',
    ...lines.map((line, n) => `   ${n}: ${line} 0:0 0:0 0 0 0 77 1`),
  ].join('\n');

test('sockets of the kernel, of both families', () => {
  const mapped = '0000000000000000FFFF00000100007F:0016';
  expect(
    parseProcSockets(
      PROC(['0100007F:9401 4D7100CB:01BB 01', `${mapped} B80D0120000000000000000001000000:A000 0A`]),
    ),
  ).toMatchObject([
    {
      localAddress: '127.0.0.1',
      localPort: 37_889,
      remoteAddress: '203.0.113.77',
      remotePort: 443,
      state: 1,
    },
    {
      localAddress: '127.0.0.1',
      localPort: 22,
      remoteAddress: '2001:0db8:0000:0000:0000:0000:0000:0001',
      state: 10,
    },
  ]);
  expect(parseProcSockets('head\nrubbish\n\n 1: x:y z:1 01')).toEqual([]);
});

test('a flow is told when it has ended, with who opened it', () => {
  const table = new FlowTable();
  const listening = '00000000:0016 00000000:0000 0A';
  const outgoing = '0A00000A:C000 4D7100CB:01BB 01';
  const incoming = '0A00000A:0016 4E7100CB:D000 01';
  const own = '0100007F:C001 0100007F:0016 01';
  const sample = (lines: readonly string[], at: number) => table.sample(parseProcSockets(PROC(lines)), at);
  expect(sample([listening, outgoing, incoming, own], 1_000)).toEqual([]);
  expect(sample([listening, outgoing], 3_000)).toEqual([
    {
      ...{ at: 1_000, source: '203.0.113.78', destination: '10.0.0.10', port: 22, protocol: 'tcp' },
      ...{ local: false, duration_seconds: 0 },
    },
  ]);
  expect(sample([listening], 5_000)).toMatchObject([
    { destination: '203.0.113.77', port: 443, local: true, duration_seconds: 2 },
  ]);
});
