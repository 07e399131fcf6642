import { appendFileSync, mkdtempSync, readdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { ManualClock, type SessionInput, seededRandom } from '@aegis/model';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { Checkpoints } from './checkpoint.ts';
import { ingestSource } from './ingest-source.ts';
import type { BadLine, IngestOptions, IngestSummary } from './ingestion.ts';
import { fileSource, type Source, streamSource } from './source.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'aegis-ingest-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** What a node has been sent: a session counts once, by its id. */
interface Node {
  readonly sessions: Map<string, SessionInput>;
  readonly bad: BadLine[];
  readonly batches: number[];
}

const node = (): Node => ({ sessions: new Map(), bad: [], batches: [] });

interface RunOptions extends Partial<IngestOptions> {
  /** Interrupts while this batch is sent, counted from 0, before or after the node has it. */
  readonly interrupt?: { readonly batch: number; readonly moment: 'before' | 'after' };
}

async function run(
  source: Source,
  to: Node,
  { interrupt, ...options }: RunOptions = {},
): Promise<IngestSummary> {
  const stop = new AbortController();
  const clock = new ManualClock();
  let batch = 0;
  const result = await ingestSource(source, {
    checkpoints: new Checkpoints(folder),
    onProgress: () => {},
    onBadLine: (line) => to.bad.push(line),
    clock,
    signal: stop.signal,
    send: async (sessions) => {
      clock.advance(2_000);
      const isLast = interrupt !== undefined && batch++ === interrupt.batch;
      if (isLast) stop.abort();
      if (isLast && interrupt.moment === 'before') throw new DOMException('stopped', 'AbortError');
      to.batches.push(sessions.length);
      for (const session of sessions) to.sessions.set(session.sess_uuid, session);
      return [];
    },
    ...options,
  });
  if (!result.ok) throw new Error(`${result.error.kind}: ${result.error.message}`);
  return result.value;
}

const BEGIN = Date.UTC(2026, 0, 1);

/** `count` lines of a combined log by many clients, whose sessions overlap. */
function accessLog(count: number, seed: number = 1): string {
  const random = seededRandom(seed);
  const lines = Array.from({ length: count }, (_, n) => {
    const client = Math.floor(random.next() * 40) + Math.floor(n / 100);
    return accessLine(`198.18.${client >> 8}.${client & 255}`, n, `/page/${Math.floor(random.next() * 50)}`);
  });
  return lines.join('');
}

function accessLine(client: string, second: number, path: string): string {
  const time = new Date(BEGIN + second * 1_000);
  const day = `${String(time.getUTCDate()).padStart(2, '0')}/Jan/2026`;
  return `${client} - - [${day}:${time.toISOString().slice(11, 19)} +0000] "GET ${path} HTTP/1.1" 200 12 "-" "curl/8.5"\n`;
}

function write(name: string, content: string | Uint8Array): Promise<Source> {
  writeFileSync(join(folder, name), content);
  return open(name);
}

function open(name: string): Promise<Source> {
  return fileSource(join(folder, name), name);
}

describe('going on after an interruption', () => {
  const LINES = 4_500;
  const cases = [0, 1, 2].flatMap((batch) =>
    (['before', 'after'] as const).flatMap((moment) =>
      (['plain', 'gzip'] as const).map((kind) => [moment, batch, kind] as const),
    ),
  );

  const log = accessLog(LINES);
  const whole = node();
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'aegis-ingest-'));
    const uninterrupted = await run(await write('whole.log', log), whole);
    rmSync(folder, { recursive: true });
    expect(whole.batches.length).toBeGreaterThan(3);
    expect(uninterrupted).toMatchObject({ lines: LINES, badLines: 0, complete: true, fromLine: 1 });
  });

  test.each(cases)('%s batch %d of a %s file: the same sessions as without', async (moment, batch, kind) => {
    const source = await write('access.log', kind === 'gzip' ? gzipSync(log) : log);
    const pieces = node();
    const first = await run(source, pieces, { interrupt: { batch, moment } });
    expect(first.complete).toBe(false);
    const second = await run(source, pieces);
    expect(second.complete).toBe(true);
    expect([...pieces.sessions.values()].sort(byId)).toEqual([...whole.sessions.values()].sort(byId));
  });

  test('after every single batch', async () => {
    const source = await write('access.log', log);
    const pieces = node();
    const starts: number[] = [];
    for (let n = 0; n < 50; n++) {
      const { complete, fromLine } = await run(source, pieces, { interrupt: { batch: 0, moment: 'after' } });
      starts.push(fromLine);
      if (complete) break;
    }
    expect(starts.length).toBeGreaterThan(3);
    expect(starts).toEqual([...new Set(starts)].sort((a, b) => a - b));
    // Nothing was sent twice.
    expect(pieces.batches.reduce((sum, each) => sum + each, 0)).toBe(whole.sessions.size);
    expect([...pieces.sessions.values()].sort(byId)).toEqual([...whole.sessions.values()].sort(byId));
  });

  test('a run after a complete one has nothing to do', async () => {
    const source = await write('access.log', accessLog(500));
    const first = node();
    await run(source, first);
    const again = node();
    expect(await run(source, again)).toMatchObject({ lines: 0, sessions: 0, complete: true, fromLine: 501 });
    expect(again.sessions.size).toBe(0);
  });

  test('a node that refuses for good leaves the place noted last', async () => {
    const source = await write('access.log', log);
    const first = node();
    let sent = 0;
    const failing = run(source, first, {
      clock: new ManualClock(),
      send: async (sessions) => {
        if (++sent === 3) throw new Error('403');
        for (const session of sessions) first.sessions.set(session.sess_uuid, session);
        return [];
      },
    });
    await expect(failing).rejects.toThrow('403');
    await run(source, first);
    expect([...first.sessions.keys()].sort()).toEqual([...whole.sessions.keys()].sort());
  });
});

function byId(a: SessionInput, b: SessionInput): number {
  return a.sess_uuid < b.sess_uuid ? -1 : 1;
}

describe('files that change', () => {
  test('one that has grown is read from where it ended', async () => {
    const source = await write('access.log', accessLog(300));
    const to = node();
    await run(source, to);
    appendFileSync(join(folder, 'access.log'), accessLine('203.0.113.1', 90_000, '/new'));
    const more = await run(await open('access.log'), to);
    expect(more).toMatchObject({ fromLine: 301, lines: 1, sessions: 1, badLines: 0 });
  });

  test('a last line that is still being written is read whole by the next run', async () => {
    const line = accessLine('203.0.113.1', 5, '/whole');
    const source = await write('access.log', accessLog(3) + line.slice(0, 60));
    const to = node();
    expect(await run(source, to)).toMatchObject({ lines: 4, badLines: 1, complete: true });
    expect(to.bad).toEqual([{ line: 4, message: expect.stringContaining('expected') }]);
    appendFileSync(join(folder, 'access.log'), line.slice(60));
    expect(await run(await open('access.log'), to)).toMatchObject({ fromLine: 4, lines: 1, badLines: 0 });
    const paths = [...to.sessions.values()].flatMap(({ requests }) => requests?.map(({ path }) => path));
    expect(paths).toContain('/whole');
  });

  test('a last line without an end that can be read is taken', async () => {
    const source = await write('access.log', accessLog(3).trimEnd());
    expect(await run(source, node())).toMatchObject({ lines: 3, badLines: 0 });
    expect(await run(source, node())).toMatchObject({ lines: 0 });
  });

  test.each(['plain', 'gzip'])('another one under the same name is begun anew: %s', async (kind) => {
    const zip = (text: string): string | Uint8Array => (kind === 'gzip' ? gzipSync(text) : text);
    await run(await write('access.log', zip(accessLog(300, 1))), node());
    const to = node();
    const summary = await run(await write('access.log', zip(accessLog(200, 2))), to);
    expect(summary).toMatchObject({ fromLine: 1, lines: 200 });
  });

  test('one that was cut off and begins the same is begun anew', async () => {
    const log = accessLog(300);
    await run(await write('access.log', log), node());
    truncateSync(join(folder, 'access.log'), accessLog(200).length);
    const to = node();
    expect(await run(await open('access.log'), to)).toMatchObject({ fromLine: 1, lines: 200 });
  });

  test('a compressed one that is shorter than it was says so', async () => {
    await run(await write('access.log.gz', gzipSync(accessLog(300))), node());
    const shorter = await write('access.log.gz', gzipSync(accessLog(200)));
    await expect(run(shorter, node())).rejects.toThrow(/broken_source: .*shorter than it was/);
  });

  test.each([
    ['not JSON', '{'],
    ['of another kind', '{"offset":1}'],
    ['with a snapshot that is none', undefined],
  ])('a checkpoint that is %s is as good as none', async (_, content) => {
    const source = await write('access.log', accessLog(300));
    const checkpoints = new Checkpoints(folder);
    await run(source, node());
    const [file] = readdirSync(join(folder, 'ingest'));
    const kept = checkpoints.read(source.path ?? '');
    const damaged = content ?? JSON.stringify({ ...kept, sessionizer: { version: 1 } });
    writeFileSync(join(folder, 'ingest', file ?? ''), damaged);
    const to = node();
    expect(await run(source, to)).toMatchObject({ fromLine: 1, lines: 300 });
    expect(to.sessions.size).toBeGreaterThan(0);
  });

  test('the same log under another name makes the same sessions', async () => {
    const log = accessLog(400);
    const [one, two, three] = [node(), node(), node()];
    await run(await write('access.log', log), one);
    await run(await write('access.log.1', log), two);
    await run(await write('old.gz', gzipSync(log)), three);
    expect([...two.sessions.keys()]).toEqual([...one.sessions.keys()]);
    expect([...three.sessions.keys()]).toEqual([...one.sessions.keys()]);
  });

  test('two logs of the same clients and seconds make different sessions', async () => {
    const [one, two] = [node(), node()];
    await run(
      await write('a.log', accessLine('203.0.113.1', 1, '/a') + accessLine('203.0.113.2', 1, '/')),
      one,
    );
    await run(
      await write('b.log', accessLine('203.0.113.1', 1, '/b') + accessLine('203.0.113.2', 1, '/')),
      two,
    );
    expect(new Set([...one.sessions.keys(), ...two.sessions.keys()]).size).toBe(4);
  });
});

describe('lines', () => {
  test('bad ones are told with their numbers and the good ones around them kept', async () => {
    const good = (n: number) => accessLine(`203.0.113.${n}`, n, '/');
    const log = [
      good(1),
      'nonsense\n',
      good(2),
      '\n',
      Buffer.from([0xff, 0xfe, 0x0a]),
      good(3),
      `${'x'.repeat(1_100_000)}\n`,
      good(4),
      '{"sess_uuid":\n',
      good(5),
    ];
    const source = await write('access.log', Buffer.concat(log.map((part) => Buffer.from(part))));
    const to = node();
    expect(await run(source, to)).toMatchObject({ lines: 10, badLines: 4, sessions: 5, complete: true });
    expect(to.bad.map(({ line }) => line)).toEqual([2, 5, 7, 9]);
    expect(to.bad.map(({ message }) => message)).toEqual([
      expect.stringMatching(/^column \d+: expected/),
      expect.stringContaining('not UTF-8'),
      expect.stringContaining('1100000 bytes'),
      expect.stringMatching(/^column \d+: /),
    ]);
  });

  test('sessions that the node refuses are told with where they ended', async () => {
    const source = await write('access.log', accessLog(3));
    const to = node();
    const summary = await run(source, to, {
      send: async (sessions) => sessions.map((_, index) => ({ index, message: 'no' })),
    });
    expect(summary.refused).toBeGreaterThan(0);
    expect(summary.sessions).toBe(0);
    expect(to.bad[0]).toEqual({ line: 3, message: expect.stringMatching(/^session .* was refused: no$/) });
  });

  test('the first line may be longer than what the format is told from', async () => {
    const paths = Array.from({ length: 4_000 }, (_, n) => ({
      path: `/${'p'.repeat(80)}${n}`,
      timestamp: 1767225600,
    }));
    const long = JSON.stringify({ sess_uuid: 'long', peer_ip: '203.0.113.1', start_time: 1767225600, paths });
    expect(long.length).toBeGreaterThan(300_000);
    const to = node();
    const summary = await run(await write('tanner.json', `${long}\n`), to);
    expect(summary).toMatchObject({ format: 'tanner', lines: 1, sessions: 1, badLines: 0 });
  });

  test.each([10, 300_000])('a file of %i NULs is not taken for an empty one', async (length) => {
    const source = await write('nul.log', '\0'.repeat(length));
    await expect(run(source, node())).rejects.toThrow(/unknown_format: .*NUL bytes/);
    await expect(run(source, node(), { format: 'access-log' })).rejects.toThrow(/NUL bytes/);
  });

  test('what is empty or blank is no error', async () => {
    for (const content of ['', '\n\n  \n']) {
      expect(await run(await write('empty.log', content), node())).toEqual({
        lines: 0,
        badLines: 0,
        sessions: 0,
        refused: 0,
        fromLine: 1,
        complete: true,
      });
    }
  });

  test('what no reader can read is refused with what was tried', async () => {
    const source = await write('notes.txt', 'dear diary\ntoday\n');
    await expect(run(source, node())).rejects.toThrow(/unknown_format: .*tanner 0%.*dear diary/);
  });

  test('a format that is given is taken at its word, and a checkpoint of another one is not used', async () => {
    const source = await write('access.log', accessLog(20));
    await run(source, node());
    const to = node();
    const summary = await run(source, to, { format: 'tanner' });
    expect(summary).toMatchObject({ format: 'tanner', fromLine: 1, lines: 20, badLines: 20, sessions: 0 });
  });

  test('header lines are known again where reading goes on', async () => {
    const header = '#separator \\x09\n#path\thttp\n#fields\tts\tuid\tid.orig_h\tmethod\turi\tstatus_code\n';
    const row = (n: number) => `${1767225600 + n}\tC${n}\t203.0.113.${n}\tGET\t/z/${n}\t200\n`;
    const to = node();
    const first = await run(await write('http.log', header + row(1)), to);
    expect(first).toMatchObject({ format: 'zeek-http', badLines: 0, sessions: 1 });
    appendFileSync(join(folder, 'http.log'), row(2));
    expect(await run(await open('http.log'), to)).toMatchObject({ fromLine: 5, badLines: 0, sessions: 1 });
  });
});

describe('streams', () => {
  async function* chunked(content: Uint8Array, size: number): AsyncIterable<Uint8Array> {
    for (let at = 0; at < content.length; at += size) yield content.subarray(at, at + size);
  }

  test.each([1, 7, 65_536])('plain and gzip, in chunks of %d bytes, as if from a file', async (size) => {
    const log = accessLog(50);
    const file = node();
    await run(await write('access.log', log), file);
    for (const content of [Buffer.from(log), gzipSync(log)]) {
      const to = node();
      const summary = await run(streamSource('standard input', chunked(content, size)), to);
      expect(summary).toMatchObject({ lines: 50, complete: true });
      expect([...to.sessions.keys()]).toEqual([...file.sessions.keys()]);
    }
  });

  test('a gzip file that is cut off gives what it holds, says so, and goes on once it is whole', async () => {
    const log = accessLog(9_000);
    const whole = node();
    await run(await write('whole.log', log), whole);
    const zipped = gzipSync(log);
    expect(gunzipSync(zipped).length).toBe(log.length);
    const cut = await write('access.log.gz', zipped.subarray(0, Math.floor(zipped.length * 0.7)));
    const to = node();
    await expect(run(cut, to)).rejects.toThrow(
      /broken_source: access.log.gz cannot be read on: unexpected end/,
    );
    expect(to.sessions.size).toBeGreaterThan(100);
    const rest = await run(await write('access.log.gz', zipped), to);
    expect(rest.fromLine).toBeGreaterThan(1_000);
    // Sessions that were open at the break go on as others, as in a file that has grown.
    const requests = (sent: Node): number =>
      [...sent.sessions.values()].reduce((sum, session) => sum + (session.requests?.length ?? 0), 0);
    expect(requests(to)).toBe(requests(whole));
  });

  test('a small one that is cut off gives what it holds as well', async () => {
    const zipped = gzipSync(accessLog(40));
    const to = node();
    const cut = await write('small.gz', zipped.subarray(0, zipped.length - 12));
    await expect(run(cut, to)).rejects.toThrow('broken_source');
    expect(to.sessions.size).toBeGreaterThan(0);
  });

  test('what only looks like gzip is an error and no more', async () => {
    const fake = await write('fake.gz', Buffer.from([0x1f, 0x8b, 1, 2, 3, 4]));
    await expect(run(fake, node())).rejects.toThrow(/broken_source: fake.gz cannot be read on/);
  });

  test('a directory is refused by the system', async () => {
    await expect(open('.')).rejects.toThrow(/EISDIR/);
    await expect(open('nothing')).rejects.toThrow(/ENOENT/);
  });
});
