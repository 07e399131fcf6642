import type { SessionRecord } from '@aegis/model';
import { sessionRecord } from '@aegis/ports/conformance';
import { expect, test } from 'vitest';
import { csvRecords } from './csv.ts';
import { hostileSession } from './hostile-session.fixture.ts';
import { SESSION_FORMATS, sessionFormats } from './session-formats.ts';

const MANY = 100_000;
const MIB = 1024 * 1024;

async function* many(): AsyncGenerator<SessionRecord> {
  const model = sessionRecord();
  for (let i = 0; i < MANY; i++)
    yield { ...model, sess_uuid: `s${i}`, peer_ip: `10.${(i >> 16) & 255}.${(i >> 8) & 255}.${i & 255}` };
}

async function* one(session: SessionRecord): AsyncGenerator<SessionRecord> {
  yield session;
}

async function textOf(pieces: AsyncIterable<string>): Promise<string> {
  let text = '';
  for await (const piece of pieces) text += piece;
  return text;
}

test.each(SESSION_FORMATS)(
  '%s of 100,000 sessions is written in pieces, in memory that does not grow',
  async (format) => {
    const before = process.memoryUsage().heapUsed;
    let written = 0;
    let most = 0;
    let largest = 0;
    let pieces = 0;
    for await (const piece of sessionFormats[format].write(many())) {
      written += piece.length;
      largest = Math.max(largest, piece.length);
      if (pieces++ % 1_000 === 0) most = Math.max(most, process.memoryUsage().heapUsed - before);
    }
    expect(pieces).toBeGreaterThanOrEqual(MANY);
    expect(written).toBeGreaterThan(15 * MIB);
    expect(largest).toBeLessThan(20_000);
    expect(most).toBeLessThan(160 * MIB);
  },
  120_000,
);

test('hostile content breaks no format: lines stay lines, cells stay cells and begin no formula', async () => {
  const jsonl = await textOf(sessionFormats.jsonl.write(one(hostileSession)));
  expect(jsonl.split('\n')).toHaveLength(2);
  expect(JSON.parse(jsonl)).toEqual(hostileSession);
  const rows = [...csvRecords(await textOf(sessionFormats.csv.write(one(hostileSession))))];
  expect(rows).toHaveLength(2);
  expect(rows[1]?.fields).toHaveLength(rows[0]?.fields.length ?? 0);
  for (const field of rows[1]?.fields ?? []) expect(field).not.toMatch(/^[=+\-@\t\r]/);
  const ocsf = (await textOf(sessionFormats.ocsf.write(one(hostileSession)))).trimEnd().split('\n');
  expect(ocsf.map((line) => (JSON.parse(line) as { class_uid: number }).class_uid)).toEqual([4002, 2004]);
});
