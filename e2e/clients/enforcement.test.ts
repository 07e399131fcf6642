import { readFileSync } from 'node:fs';
import { type IncomingMessage, request } from 'node:http';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { SessionInput } from '@aegis/model';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ROOT, type RunningAegis, startAegis } from '../harness/aegis-process.ts';
import { analysed } from '../harness/analysed.ts';
import { jsonDocument } from '../harness/json-document.ts';
import { pushSessions } from '../harness/push-sessions.ts';

/** The proxy asks from here and is believed; whoever asks from elsewhere is not. */
const PROXY = '127.0.33.1';
const STRANGER = '127.0.44.1';
const RECORDING = join(ROOT, 'apps', 'aegis', 'demo', 'recording');

let node: RunningAegis;
let key: string;
let attacker: string;
let visitor: string;

beforeAll(async () => {
  node = await startAegis({ env: { AEGIS_HTTP_TRUSTED_PROXIES: PROXY } });
  const created = await node.run(['keys', 'create', 'edge', '--role', 'enforcer', '--json']);
  key = jsonDocument<{ key: string }>(created.stdout).key;
  attacker = clientWith('attack', 'sqlmap');
  visitor = clientWith('ordinary', 'chromium');
  expect(await asked(attacker)).toEqual({ v1: 200, forwardAuth: 200 });
  const sessions = recordedSessions().filter(({ peer_ip }) => [attacker, visitor].includes(peer_ip));
  expect((await pushSessions(node, asOfNow(sessions))).accepted).toBe(sessions.length);
  await analysed(node);
});
afterAll(() => node.stop());

test('a recorded attacker is refused by the check and by forward-auth, with the reason for those who may know', async () => {
  expect(await asked(attacker)).toEqual({ v1: 403, forwardAuth: 403 });
  const { status, headers } = await forwardAuth(PROXY, attacker);
  expect({ status, verdict: headers['x-aegis-verdict'], reason: headers['x-aegis-reason'] }).toEqual({
    status: 403,
    verdict: 'block',
    reason: undefined,
  });
  const explained = await node.run(['check', attacker, '--explain', '--json']);
  expect(explained.code).toBe(3);
  expect(jsonDocument(explained.stdout)).toMatchObject({
    verdict: { outcome: 'block', origin: 'aegis', decision: headers['x-aegis-decision'] },
    candidates: expect.arrayContaining([expect.objectContaining({ result: 'won' })]),
  });
});

test('an ordinary visitor of the same recording passes', async () => {
  expect(await asked(visitor)).toEqual({ v1: 200, forwardAuth: 200 });
});

test('a stranger who forges the header of the proxy is judged by the own address', async () => {
  expect((await forwardAuth(STRANGER, attacker)).status).toBe(200);
});

test('once the decision is ended the attacker passes again', async () => {
  const ended = await node.run(['decisions', 'delete', attacker, '--reason', 'moved out']);
  expect(ended.code).toBe(0);
  expect(await asked(attacker)).toEqual({ v1: 200, forwardAuth: 200 });
});

/** The status of both ways to ask. */
async function asked(address: string): Promise<{ readonly v1: number; readonly forwardAuth: number }> {
  const headers = { authorization: `Bearer ${key}` };
  const { status } = await fetch(`${node.api}/v1/check?address=${address}`, { headers });
  return { v1: status, forwardAuth: (await forwardAuth(PROXY, address)).status };
}

/** As nginx's auth_request asks: from the proxy's address, with the visitor's in a header. */
async function forwardAuth(
  from: string,
  visitorAddress: string,
): Promise<{ readonly status: number; readonly headers: IncomingMessage['headers'] }> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const headers = { authorization: `Bearer ${key}`, 'x-real-ip': visitorAddress };
  request(`${node.api}/check`, { localAddress: from, agent: false, headers }, resolve)
    .once('error', reject)
    .end();
  const answer = await promise;
  answer.resume();
  return { status: answer.statusCode ?? 0, headers: answer.headers };
}

interface Manifest {
  readonly clients: Readonly<Record<string, { readonly kind: string; readonly tools: readonly string[] }>>;
}

function clientWith(wantedKind: 'attack' | 'ordinary', tool: string): string {
  const { clients } = JSON.parse(readFileSync(join(RECORDING, 'manifest.json'), 'utf8')) as Manifest;
  const found = Object.entries(clients).find(
    ([, { kind, tools }]) => kind === wantedKind && tools.includes(tool),
  );
  if (found === undefined) throw new Error(`the recording has no ${wantedKind} client with ${tool}`);
  return found[0];
}

function recordedSessions(): readonly SessionInput[] {
  const text = gunzipSync(readFileSync(join(RECORDING, 'sessions.jsonl.gz'))).toString();
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as SessionInput);
}

/** An old recording decides nothing: its times are moved so that it ended just now. */
function asOfNow(sessions: readonly SessionInput[]): readonly SessionInput[] {
  const shift = Date.now() - Math.max(...sessions.map(({ end_time }) => Number(end_time)));
  const isTime = (name: string): boolean => ['start_time', 'end_time', 'timestamp', 'time'].includes(name);
  return sessions.map(
    (session) =>
      JSON.parse(JSON.stringify(session), (name: string, value: unknown) =>
        isTime(name) && typeof value === 'number' ? value + shift : value,
      ) as SessionInput,
  );
}
