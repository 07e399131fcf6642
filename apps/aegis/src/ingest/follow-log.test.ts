import { appendFileSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ManualClock, type SessionInput } from '@aegis/model';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Checkpoints } from './checkpoint.ts';
import { type FollowOptions, followLog } from './follow-log.ts';
import { ingestSource } from './ingest-source.ts';
import { fileSource } from './source.ts';

let folder: string;
let path: string;
let checkpoints: Checkpoints;
let clock: ManualClock;
/** What the node has, a session once by its id. */
let sessions: Map<string, SessionInput>;
const running: (() => Promise<unknown>)[] = [];

const BEGIN = Date.UTC(2026, 0, 1);
const within = { timeout: 30_000, interval: 5 };

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'aegis-follow-'));
  path = join(folder, 'access.log');
  checkpoints = new Checkpoints(folder);
  clock = new ManualClock(BEGIN);
  sessions = new Map();
});
afterEach(async () => {
  for (const stop of running.splice(0)) await stop();
  rmSync(folder, { recursive: true, force: true });
});

function line(client: number, second: number): string {
  const time = new Date(BEGIN + second * 1_000).toISOString().slice(11, 19);
  return `198.51.100.${client} - - [01/Jan/2026:${time} +0000] "GET /${second} HTTP/1.1" 200 12 "-" "curl/8.5"\n`;
}

const base = (): Pick<FollowOptions, 'checkpoints' | 'clock' | 'onProgress' | 'onBadLine' | 'send'> => ({
  checkpoints,
  clock,
  onProgress() {},
  onBadLine() {},
  async send(batch) {
    for (const session of batch) sessions.set(session.sess_uuid, session);
    return [];
  },
});

function follow(options: Partial<FollowOptions> = {}) {
  const stop = new AbortController();
  const begun: number[] = [];
  const trouble: string[] = [];
  const done = followLog(path, 'access.log', {
    ...base(),
    onBegin: ({ fromLine }) => begun.push(fromLine),
    onTrouble: (text) => trouble.push(text),
    signal: stop.signal,
    pollMs: 2,
    ...options,
  });
  const end = () => {
    stop.abort();
    return done;
  };
  running.push(end);
  return { begun, trouble, end };
}

/** Requests that the node was told of, by client. */
const requests = (): readonly string[] =>
  [...sessions.values()].flatMap((session) =>
    (session.requests ?? []).map(({ path: target }) => `${session.peer_ip} ${target}`),
  );

/** Lets the clock go on until whoever was there last is idle. */
async function idle(): Promise<void> {
  await vi.waitFor(() => {
    clock.advance(3_600_000);
    expect(sessions.size).toBeGreaterThan(0);
  }, within);
}

/** Lets the clock go on, by little, until the place is noted before this line. */
function noted(next: number): Promise<void> {
  return vi.waitFor(() => {
    clock.advance(100);
    expect(checkpoints.read(path)?.line).toBe(next);
  }, within);
}

test('sessions end when the next lines say so, or the clock where none come', async () => {
  writeFileSync(path, line(1, 0));
  const { begun } = follow();
  await vi.waitFor(() => expect(begun).toEqual([1]), within);
  appendFileSync(path, line(1, 5));
  await noted(3);
  expect(sessions.size).toBe(0);
  await idle();
  expect(requests()).toEqual(['198.51.100.1 /0', '198.51.100.1 /5']);
});

test('stopped amid a session it goes on there: nothing is lost and nothing comes twice', async () => {
  writeFileSync(path, line(1, 0));
  const first = follow();
  await vi.waitFor(() => expect(first.begun).toEqual([1]), within);
  appendFileSync(path, `${line(1, 1)}198.51.100.1 - - [01/Jan`);
  await noted(3);
  expect(await first.end()).toMatchObject({ ok: true, value: { lines: 2, badLines: 0, sessions: 0 } });
  writeFileSync(path, `${line(1, 0)}${line(1, 1)}${line(1, 2)}`);
  const second = follow();
  await vi.waitFor(() => expect(second.begun).toEqual([3]), within);
  await idle();
  expect(requests()).toEqual(['198.51.100.1 /0', '198.51.100.1 /1', '198.51.100.1 /2']);
});

test('rotated while it is followed and while it is not; the sessions are those of ingesting each file once', async () => {
  writeFileSync(path, line(1, 0));
  const first = follow();
  await vi.waitFor(() => expect(first.begun).toEqual([1]), within);
  appendFileSync(path, line(2, 1));
  renameSync(path, `${path}.1`);
  writeFileSync(path, line(3, 2));
  await vi.waitFor(() => expect(first.begun).toEqual([1, 1]), within);
  await noted(2);
  await first.end();
  appendFileSync(path, line(4, 3));
  renameSync(path, `${path}.2`);
  writeFileSync(path, line(5, 4));
  const second = follow();
  await vi.waitFor(() => expect(second.begun).toEqual([2, 1]), within);
  await second.end();
  const followed = [...sessions.keys()].sort();
  expect(followed).toHaveLength(4);
  sessions.clear();
  for (const name of ['access.log.1', 'access.log.2']) {
    const source = await fileSource(join(folder, name), name);
    const never = new AbortController().signal;
    expect((await ingestSource(source, { ...base(), signal: never })).ok).toBe(true);
  }
  expect([...sessions.keys()].sort()).toEqual(followed);
});

test('a log that is not there yet is waited for, and one in no known format is refused', async () => {
  const { trouble, begun } = follow();
  await vi.waitFor(() => expect(trouble.join()).toContain('ENOENT'), within);
  writeFileSync(path, line(1, 0));
  await vi.waitFor(() => expect(begun).toEqual([1]), within);
  expect(trouble.at(-1)).toBe('');

  path = join(folder, 'poem.txt');
  writeFileSync(path, 'roses are red\n'.repeat(20_000));
  const stop = new AbortController();
  const done = await followLog(path, 'poem.txt', {
    ...base(),
    onBegin() {},
    onTrouble() {},
    signal: stop.signal,
    pollMs: 2,
  });
  expect(done).toMatchObject({ ok: false, error: { kind: 'unknown_format' } });
});
