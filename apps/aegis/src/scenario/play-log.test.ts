import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { logEvents } from '@aegis/analyze';
import { seededRandom } from '@aegis/model';
import { ScenarioEngine } from '@aegis/scenario';
import { afterAll, expect, test } from 'vitest';
import { fileSource, type Source, streamSource } from '../ingest/source.ts';
import { scenarioRules } from '../node/load-scenarios.ts';
import { type LineDrop, type PlayedLog, type PlayLogOptions, playLog } from './play-log.ts';

const folder = mkdtempSync(join(tmpdir(), 'aegis-play-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const rules = scenarioRules([]);
const base = {
  rules,
  classesOf: () => [],
  receivedAt: Date.UTC(2026, 10, 22),
  signal: new AbortController().signal,
} as const;

async function play(source: Source, options: Partial<PlayLogOptions> = {}): Promise<PlayedLog> {
  const played = await playLog(source, { ...base, ...options });
  if (!played.ok) throw new Error(played.error.message);
  return played.value;
}

function sourceOf(text: string): Promise<Source> {
  const path = join(folder, 'a.log');
  writeFileSync(path, text);
  return fileSource(path, 'a.log');
}

const failure = (second: number, client: string): string =>
  `Feb 12 14:10:${String(second).padStart(2, '0')} host sshd[1]: Failed password for root from ${client} port 5 ssh2`;

test('lines, events, who and when; lines that are none are counted', async () => {
  const lines = Array.from({ length: 8 }, (_, n) => failure(n, '192.0.2.1'));
  const noise = ['Feb 12 14:11:00 host CRON[7]: pam_unix(cron:session): session opened', 'what is this'];
  const played = await play(await sourceOf([...lines, ...noise, ''].join('\n')));
  expect(played).toMatchObject({
    format: 'host-log',
    lines: 10,
    badLines: 1,
    events: 8,
    matchedLines: 8,
    complete: true,
    from: Date.UTC(2026, 1, 12, 14, 10, 0),
    to: Date.UTC(2026, 1, 12, 14, 10, 7),
  });
  expect(played.alerts.map(({ line, alert }) => [line, alert.rule.name, alert.clients[0]])).toContainEqual([
    6,
    'sign-in-brute-force',
    '192.0.2.1',
  ]);
  expect(played.counts.get('sign-in-brute-force')).toEqual({ matched: 8, fired: 1 });
});

test('an old log gives the alerts that it gave while it was written, however it is cut', async () => {
  const seed = 20_261_122;
  const random = seededRandom(seed);
  let second = 0;
  const lines = Array.from({ length: 400 }, () => {
    second += random.next() * 9;
    const at = new Date(Date.UTC(2026, 1, 12) + second * 1_000).toISOString();
    const client = `192.0.2.${Math.floor(random.next() * 4)}`;
    return `${at} host sshd[1]: Failed password for user${Math.floor(random.next() * 9)} from ${client} port 5 ssh2`;
  });
  const engine = new ScenarioEngine(rules);
  const read = logEvents('host-log');
  const live = lines.flatMap((line, index) => {
    const events = read(line, base.receivedAt);
    return events.ok
      ? events.value.flatMap((event) =>
          engine.observe(event).map(({ rule, at, clients }) => [index + 1, rule.name, at, clients]),
        )
      : [];
  });
  expect(live.length, `seed ${seed}`).toBeGreaterThan(5);
  const bytes = Buffer.from(`${lines.join('\n')}\n`);
  async function* pieces() {
    for (let from = 0; from < bytes.length; ) {
      const to = from + 1 + Math.floor(random.next() * 3_000);
      yield bytes.subarray(from, to);
      from = to;
    }
  }
  const replayed = await play(streamSource('a pipe', pieces()));
  expect(replayed.alerts.map(({ line, alert }) => [line, alert.rule.name, alert.at, alert.clients])).toEqual(
    live,
  );
});

test('what each line did to the buckets can be told', async () => {
  const drops: LineDrop[] = [];
  await play(await sourceOf(Array.from({ length: 6 }, (_, n) => failure(n, '192.0.2.1')).join('\n')), {
    onDrop: (drop) => drops.push(drop),
  });
  const steps = drops.filter(({ rule }) => rule.name === 'sign-in-brute-force');
  expect(steps.map(({ line, outcome }) => [line, outcome])).toEqual([
    [1, 'counted'],
    [2, 'counted'],
    [3, 'counted'],
    [4, 'counted'],
    [5, 'counted'],
    [6, 'overflowed'],
  ]);
  expect(steps.every(({ client }) => client === '192.0.2.1')).toBe(true);
});

test('an empty log, and one of no known format', async () => {
  expect(await play(await sourceOf(''))).toMatchObject({ lines: 0, alerts: [] });
  expect(await playLog(await sourceOf('lorem ipsum\n'), base)).toMatchObject({
    ok: false,
    error: { kind: 'unknown_format', message: expect.stringContaining('lorem') },
  });
});
