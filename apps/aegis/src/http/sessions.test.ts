import { AegisError } from '@aegis/model';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { startTestNode, type TestNode } from './fixture/test-node.ts';

let node: TestNode;

beforeEach(async () => {
  node = await startTestNode({ limits: { lineBytes: 2_000, streamBytes: 400_000 } });
});

afterEach(() => node.close());

function session(id: string): Record<string, unknown> {
  return { sess_uuid: id, peer_ip: '192.0.2.1', start_time: 1_698_364_800, requests: [{ path: '/' }] };
}

function push(lines: readonly string[]): Promise<Response> {
  const headers = { 'content-type': 'application/x-ndjson' };
  return node.fetch('/v1/sessions', { as: 'sensor', method: 'POST', headers, body: lines.join('\n') });
}

const takenIds = (): readonly string[] => node.intake.taken.map(({ sess_uuid }) => sess_uuid);

test('one session, an array and lines are all taken', async () => {
  expect((await node.fetch('/v1/sessions', { json: session('a') })).status).toBe(202);
  const array = await node.fetch('/v1/sessions', { json: [session('b'), session('c')] });
  expect(await array.json()).toEqual({ accepted: 2, rejected: [], rejected_count: 0 });
  const lines = await push([JSON.stringify(session('d')), '', `${JSON.stringify(session('e'))}\r`]);
  expect(await lines.json()).toMatchObject({ accepted: 2 });
  expect(takenIds()).toEqual(['a', 'b', 'c', 'd', 'e']);
});

test('sessions are handed on as they came', async () => {
  const sent = {
    ...session('a'),
    cookies: JSON.parse('{"__proto__":"x","b":"c"}') as object,
    own: [1, { deep: true }],
  };
  await node.fetch('/v1/sessions', { json: sent });
  expect(JSON.stringify(node.intake.taken[0])).toBe(JSON.stringify(sent));
});

test('each bad line is named, the good ones are kept', async () => {
  const response = await push([
    JSON.stringify(session('a')),
    '{"sess_uuid":',
    JSON.stringify({ ...session('b'), peer_ip: 'localhost' }),
    '[]',
    `"${'x'.repeat(3_000)}"`,
    JSON.stringify({ sess_uuid: 'c', peer_ip: '192.0.2.1' }),
    '['.repeat(100),
    JSON.stringify(session('d')),
  ]);
  expect(response.status).toBe(202);
  expect(await response.json()).toEqual({
    accepted: 2,
    rejected: [
      { line: 2, message: 'not JSON: ends too early at column 14' },
      { line: 3, message: 'session.peer_ip: is not an IP address' },
      { line: 4, message: 'session: Invalid input: expected object, received array' },
      { line: 5, message: 'the line is too long' },
      { line: 6, message: 'session.start_time: is needed, or the time of a request' },
      { line: 7, message: 'nested more than 64 deep at column 65' },
    ],
    rejected_count: 6,
  });
  expect(takenIds()).toEqual(['a', 'd']);
});

test('lines that are not UTF-8 are named', async () => {
  const headers = { 'content-type': 'application/x-ndjson' };
  const body = Buffer.from('{"sess_uuid":"\xff"}', 'latin1');
  const response = await node.fetch('/v1/sessions', { method: 'POST', headers, body });
  expect(await response.json()).toMatchObject({ rejected: [{ line: 1, message: 'not UTF-8 at column 15' }] });
});

test('a time anywhere in the session is enough', async () => {
  const { start_time: _, ...untimed } = session('a');
  const timed = [
    { ...untimed, requests: [{ path: '/', timestamp: 1 }] },
    { ...untimed, paths: [{ path: '/', timestamp: '1' }] },
    { ...untimed, commands: [{ input: 'id', time: 1 }] },
  ];
  expect(await (await node.fetch('/v1/sessions', { json: timed })).json()).toMatchObject({ accepted: 3 });
});

test('one bad session alone is a problem', async () => {
  const response = await node.fetch('/v1/sessions', { json: { sess_uuid: 'a' } });
  expect(response.status).toBe(400);
  expect(node.intake.taken).toEqual([]);
});

test('a full intake stops the stream and says how far it got', async () => {
  node.intake.room = 1_200;
  const response = await push(Array.from({ length: 1_800 }, (_, i) => JSON.stringify(session(`s${i}`))));
  expect(response.status).toBe(503);
  expect(response.headers.get('retry-after')).toBe('1');
  expect(await response.json()).toMatchObject({
    type: 'urn:aegis:problem:intake_full',
    accepted: 1_000,
    next_line: 1_001,
  });
  expect(node.intake.taken).toHaveLength(1_000);
});

test('a stream that is too long is refused, and what came before the limit is told', async () => {
  const line = JSON.stringify({ ...session('s'), user_agent: 'x'.repeat(1_000) });
  const response = await push(Array.from({ length: 600 }, () => line));
  expect(response.status).toBe(413);
  const { accepted, next_line } = (await response.json()) as { accepted: number; next_line: number };
  expect(accepted).toBe(node.intake.taken.length);
  expect(next_line).toBe(accepted + 1);
});

test('no more rejected lines are named than a person reads', async () => {
  const { rejected, rejected_count } = (await (
    await push(Array.from({ length: 1_500 }, () => '{'))
  ).json()) as {
    rejected: unknown[];
    rejected_count: number;
  };
  expect([rejected.length, rejected_count]).toEqual([1_000, 1_500]);
});

test('a stream is taken as it comes, not held', async () => {
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
  const init = {
    method: 'POST',
    headers: { 'content-type': 'application/x-ndjson' },
    body: readable,
    duplex: 'half',
  };
  const answer = node.fetch('/v1/sessions', init as RequestInit);
  const writer = writable.getWriter();
  for (let i = 0; i < 600; i++) await writer.write(Buffer.from(`${JSON.stringify(session(`s${i}`))}\n`));
  await vi.waitFor(() => expect(node.intake.taken).toHaveLength(500));
  await writer.close();
  expect(await (await answer).json()).toMatchObject({ accepted: 600 });
});

test('the filters reach the archive', async () => {
  const query =
    'from=2026-01-01&to=2026-01-02T00:00:00%2B01:00&peer_ip=192.0.2.77/24&user_agent=curl&attack_type=sql_injection' +
    '&level=HIGH&owner=tool&country=de&snare_uuid=s&min_score=1&max_score=99&text=union&limit=7';
  expect((await node.fetch(`/v1/sessions?${query}`, { as: 'viewer' })).status).toBe(200);
  expect(node.archive.lastQuery).toEqual({
    from: Date.UTC(2026, 0, 1),
    to: Date.UTC(2026, 0, 1, 23),
    peer: '192.0.2.0/24',
    userAgent: 'curl',
    attackType: 'sql_injection',
    level: 'HIGH',
    owner: 'tool',
    country: 'DE',
    snareUuid: 's',
    minScore: 1,
    maxScore: 99,
    text: 'union',
    limit: 7,
  });
});

test.each([
  'limit=0',
  'limit=501',
  'from=yesterday',
  'from=2026-13-01',
  'peer_ip=x',
  'level=high',
  'attack_type=x',
  'cursor=',
])('the filter %j is refused', async (query) => {
  expect((await node.fetch(`/v1/sessions?${query}`)).status).toBe(400);
});

test('pages follow one another, a made-up cursor is refused', async () => {
  const first = (await (await node.fetch('/v1/sessions?limit=1')).json()) as { next: string };
  const second = await node.fetch(`/v1/sessions?limit=1&cursor=${first.next}`);
  expect(await second.json()).toEqual({ sessions: [expect.objectContaining({ sess_uuid: 's-high' })] });
  const made = await node.fetch('/v1/sessions?cursor=made-up');
  expect(made.status).toBe(400);
  expect(await made.json()).toMatchObject({ type: 'urn:aegis:problem:bad_cursor' });
});

test('alerts are what scores 70 or more', async () => {
  expect(await (await node.fetch('/v1/alerts')).json()).toMatchObject({
    sessions: [{ sess_uuid: 's-high' }],
  });
  expect((await node.fetch('/v1/alerts?min_score=0')).status).toBe(400);
});

test('one session, or none', async () => {
  expect(await (await node.fetch('/v1/sessions/s-low')).json()).toMatchObject({ sess_uuid: 's-low' });
  expect((await node.fetch('/v1/sessions/unknown')).status).toBe(404);
});

test('exports hold every session', async () => {
  const lines = (await (await node.fetch('/v1/sessions/export')).text()).trim().split('\n');
  expect(lines.map((line) => (JSON.parse(line) as { sess_uuid: string }).sess_uuid)).toEqual([
    's-low',
    's-high',
  ]);
  const csv = await node.fetch('/v1/sessions/export?format=csv');
  expect(csv.headers.get('content-type')).toBe('text/csv; charset=utf-8');
  expect(csv.headers.get('content-disposition')).toBe('attachment; filename="sessions.csv"');
  expect(await csv.text()).toContain('"\'=HYPERLINK(""x""), ""quoted""\n"');
});

test('an export that fails half way does not look whole', async () => {
  vi.spyOn(node.archive, 'find')
    .mockResolvedValueOnce({ sessions: [], next: '1' })
    .mockRejectedValueOnce(new AegisError('archive_unavailable', 'away'));
  const exported = node.fetch('/v1/sessions/export?format=csv').then((response) => response.text());
  await expect(exported).rejects.toThrow();
});
