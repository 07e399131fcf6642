import { AegisError } from '@aegis/model';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { startTestNode, type TestNode } from './fixture/test-node.ts';

let node: TestNode;

beforeEach(async () => {
  node = await startTestNode();
});

afterEach(() => node.close());

const wish = { scope: 'ip', value: '192.0.2.7', reason: 'brute force' };

interface Listed {
  readonly decisions: readonly {
    readonly decision: { readonly id: string; readonly value: string };
    readonly in_force: boolean;
  }[];
  readonly next?: string;
}

async function list(query = ''): Promise<Listed> {
  return (await (await node.fetch(`/v1/decisions${query}`)).json()) as Listed;
}

async function statusOf(address: string): Promise<number> {
  return (await node.fetch(`/v1/check?address=${address}`)).status;
}

test('a decision takes effect, is listed, and ends', async () => {
  const response = await node.fetch('/v1/decisions', { as: 'operator', json: { ...wish, duration: '90m' } });
  expect(response.status).toBe(201);
  expect(await response.json()).toEqual({
    id: 'd-000001',
    scope: 'ip',
    value: '192.0.2.7',
    action: 'ban',
    reason: 'brute force',
    origin: 'operator',
    source: 'operator',
    weight: 1,
    created: '2026-01-01T00:00:00.000Z',
    expires: '2026-01-01T01:30:00.000Z',
  });
  expect(await statusOf('192.0.2.7')).toBe(403);
  expect((await node.fetch('/v1/decisions/d-000001?reason=mistake', { method: 'DELETE' })).status).toBe(200);
  expect(await statusOf('192.0.2.7')).toBe(200);
  expect((await node.fetch('/v1/decisions/d-000001', { method: 'DELETE' })).status).toBe(404);
  expect(await (await node.fetch('/v1/decisions/d-000001')).json()).toMatchObject({
    standing: { in_force: false, lifted: { by: 'admin', reason: 'mistake' } },
    history: [
      { kind: 'made', by: 'operator' },
      { kind: 'lifted', by: 'admin', reason: 'mistake' },
    ],
  });
});

test.each([
  [{ ...wish, value: '127.0.0.1' }, 409, 'protected'],
  [{ ...wish, value: 'x' }, 400, 'bad_value'],
  [{ ...wish, expires: '2020-01-01' }, 400, 'bad_duration'],
  [{ ...wish, duration: '4h', expires: '2030-01-01' }, 400, 'bad_request'],
  [{ ...wish, duration: 'soon' }, 400, 'bad_request'],
  [{ ...wish, action: 'nuke' }, 400, 'bad_request'],
  [{ scope: 'ip', value: '192.0.2.7' }, 400, 'bad_request'],
  [[{}], 400, 'bad_request'],
  ['ban', 400, 'bad_request'],
])('%j is refused with %i %s', async (json, status, code) => {
  const response = await node.fetch('/v1/decisions', { json });
  expect(response.status).toBe(status);
  expect(await response.json()).toMatchObject({ type: `urn:aegis:problem:${code}` });
});

test('of many each is answered by itself', async () => {
  const json = [
    wish,
    { ...wish, value: '127.0.0.1' },
    { ...wish, expires: '2020-01-01' },
    { ...wish, value: '192.0.2.8' },
  ];
  const response = await node.fetch('/v1/decisions', { json });
  expect(response.status).toBe(200);
  expect(await response.json()).toMatchObject({
    added: 2,
    refused: 2,
    results: [
      { decision: { value: '192.0.2.7' } },
      { refusal: { kind: 'protected' } },
      { refusal: { kind: 'bad_duration' } },
      { decision: { value: '192.0.2.8' } },
    ],
  });
});

test('10,000 at once are taken, one more is refused', async () => {
  const many = Array.from({ length: 10_001 }, (_, i) => ({ ...wish, value: `10.1.${i >> 8}.${i & 255}` }));
  expect((await node.fetch('/v1/decisions', { json: many })).status).toBe(400);
  expect(await (await node.fetch('/v1/decisions', { json: many.slice(1) })).json()).toMatchObject({
    added: 10_000,
  });
});

test('lists page and filter; values are canonical', async () => {
  await node.fetch('/v1/decisions', { json: [1, 2, 3].map((i) => ({ ...wish, value: `192.0.2.${i}` })) });
  await node.fetch('/v1/decisions', {
    json: { ...wish, scope: 'range', value: '198.51.100.0/24', action: 'captcha' },
  });
  await node.fetch('/v1/decisions?scope=ip&value=192.0.2.3', { method: 'DELETE' });
  expect((await list()).decisions).toHaveLength(3);
  expect((await list('?in_force=false')).decisions.map(({ in_force }) => String(in_force)).sort()).toEqual([
    'false',
    'true',
    'true',
    'true',
  ]);
  const first = await list('?limit=2');
  const second = await list(`?limit=2&cursor=${first.next}`);
  expect([...first.decisions, ...second.decisions]).toHaveLength(3);
  expect((await list('?value=::ffff:192.0.2.1')).decisions).toHaveLength(1);
  expect((await list('?scope=range&value=198.51.100.9/24')).decisions).toHaveLength(1);
  expect((await list('?action=captcha')).decisions).toHaveLength(1);
  expect((await list('?origin=nobody')).decisions).toEqual([]);
  expect((await node.fetch('/v1/decisions?scope=range&value=x')).status).toBe(400);
  expect((await node.fetch('/v1/decisions?cursor=made-up')).status).toBe(400);
  expect((await node.fetch('/v1/decisions?in_force=1')).status).toBe(400);
});

test('lifting by value ends every one of them', async () => {
  await node.fetch('/v1/decisions', {
    json: [wish, { ...wish, action: 'captcha' }, { ...wish, value: '192.0.2.8' }],
  });
  const lift = (): Promise<Response> =>
    node.fetch('/v1/decisions?scope=ip&value=::ffff:192.0.2.7', { method: 'DELETE' });
  expect(await (await lift()).json()).toEqual({ lifted: 2 });
  expect(await (await lift()).json()).toEqual({ lifted: 0 });
  expect((await node.fetch('/v1/decisions', { method: 'DELETE' })).status).toBe(400);
  expect((await node.fetch('/v1/decisions?scope=ip&value=x', { method: 'DELETE' })).status).toBe(400);
});

async function importList(type: string, body: string, query = ''): Promise<unknown> {
  const init = { method: 'POST', headers: { 'content-type': type }, body };
  return (await node.fetch(`/v1/decisions/import${query}`, init)).json();
}

test('a plain list is imported, bad lines are named', async () => {
  const text = '# my list\n192.0.2.1\n\n2001:db8::/32 ; a comment\nnonsense\n198.51.100.0/24\r\n127.0.0.1';
  expect(await importList('text/plain', text, '?action=captcha&duration=7d&reason=list')).toEqual({
    added: 3,
    rejected: [
      { line: 5, message: expect.stringContaining('nonsense') },
      { line: 7, message: '127.0.0.1 is protected' },
    ],
    rejected_count: 2,
  });
  const { decisions } = await list('?origin=import');
  expect(decisions.map(({ decision }) => decision)).toContainEqual(
    expect.objectContaining({ scope: 'range', value: '2001:db8::/32', action: 'captcha', reason: 'list' }),
  );
});

test("CSV is imported, with CrowdSec's column names too", async () => {
  const csv =
    'duration,scope,value,reason,type\n24h,ip,192.0.2.1,"a, b",ban\n,Range,192.0.2.0/24,,captcha\nx,ip,192.0.2.3,,\n';
  expect(await importList('text/csv', csv)).toMatchObject({ added: 2, rejected: [{ line: 4 }] });
  expect((await list('?action=captcha')).decisions).toHaveLength(1);
  expect(await importList('text/csv', 'a,b\n1,2\n')).toMatchObject({
    added: 0,
    rejected: [{ line: 1, message: expect.stringContaining('value') }],
  });
});

test.each([
  ['json', 'application/json'],
  ['csv', 'text/csv'],
])('what is exported as %s can be imported', async (format, type) => {
  const json = [
    wish,
    { ...wish, scope: 'domain', value: 'evil.example', reason: 'a "b",\nc', action: 'shadow' },
  ];
  await node.fetch('/v1/decisions', { json });
  const exported = await node.fetch(`/v1/decisions/export?format=${format}`);
  expect(exported.headers.get('content-type')).toContain(type);
  const text = await exported.text();
  const other = await startTestNode();
  const init = { method: 'POST', headers: { 'content-type': type }, body: text };
  const answer = await other.fetch('/v1/decisions/import', init);
  expect(await answer.json()).toMatchObject({ added: 2, rejected: [] });
  const copy = (await (await other.fetch('/v1/decisions/export')).json()) as {
    id: string;
    created: string;
  }[];
  const original = (await (await node.fetch('/v1/decisions/export')).json()) as {
    id: string;
    created: string;
  }[];
  const comparable = (documents: typeof copy): string[] =>
    documents.map((document) => JSON.stringify({ ...document, id: '' })).sort();
  expect(comparable(copy)).toEqual(comparable(original));
  await other.close();
});

test('a plain export is a block list: exemptions and mild decisions are not in it', async () => {
  const json = [
    wish,
    { ...wish, value: '192.0.2.8', action: 'allow' },
    { ...wish, value: '192.0.2.9', action: 'captcha' },
    { ...wish, scope: 'range', value: '198.51.100.0/24' },
    { ...wish, scope: 'country', value: 'AQ' },
  ];
  await node.fetch('/v1/decisions', { json });
  const text = await (await node.fetch('/v1/decisions/export?format=plain', { as: 'enforcer' })).text();
  expect(text.trim().split('\n').sort()).toEqual(['192.0.2.7', '198.51.100.0/24']);
});

test('an empty export is a list all the same', async () => {
  expect(await (await node.fetch('/v1/decisions/export')).json()).toEqual([]);
});

test('an import that fails half way says how far it got', async () => {
  const { decisions } = node.services;
  const add = decisions.add.bind(decisions);
  vi.spyOn(decisions, 'add')
    .mockImplementationOnce(add)
    .mockRejectedValueOnce(new AegisError('ledger_unavailable', 'disk full'));
  const text = Array.from({ length: 6_000 }, (_, i) => `10.1.${i >> 8}.${i & 255}`).join('\n');
  expect(await importList('text/plain', text)).toMatchObject({ status: 503, added: 5_000, next_line: 5_001 });
});
