import { createHmac } from 'node:crypto';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ManualClock } from '@aegis/model';
import type { Notification, Notifier } from '@aegis/ports';
import { notifierConformance } from '@aegis/ports/conformance';
import { Webhook } from 'standardwebhooks';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { openDingTalk, openFeishu, openSlack, openWebhook, openWeCom } from './index.ts';

interface Posted {
  readonly url: URL;
  readonly headers: IncomingMessage['headers'];
  readonly raw: string;
}

const SECRET = 'SEC0123456789';
const NOW = Date.now();
const clock = new ManualClock(NOW);
let server: Server;
let port = 0;
let posted: Posted[] = [];
/** What the server answers next; undefined: as the service does when all is well. */
let answer: { readonly status: number; readonly body: string; readonly location?: string } | undefined;

const start = async (at: number): Promise<void> => {
  server = createServer(async (request, response) => {
    const raw = Buffer.concat(await Array.fromAsync(request as AsyncIterable<Buffer>)).toString();
    posted.push({ url: new URL(request.url ?? '', 'http://localhost'), headers: request.headers, raw });
    const { status = 200, body = '{"errcode":0,"code":0,"msg":"success"}', location } = answer ?? {};
    response.writeHead(status, location === undefined ? {} : { location }).end(body);
  });
  await new Promise<void>((resolve) => server.listen(at, '127.0.0.1', resolve));
  port = (server.address() as AddressInfo).port;
};
const stop = (): Promise<void> => {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(() => resolve()));
};
beforeAll(() => start(0));
afterAll(stop);
afterEach(() => {
  answer = undefined;
});

const url = (): string => `http://127.0.0.1:${port}/robot/send?access_token=abc`;
const last = (): Posted => posted.at(-1) as Posted;
const json = ({ raw }: Posted = last()): Record<string, unknown> =>
  JSON.parse(raw) as Record<string, unknown>;

const services = {
  webhook: openWebhook,
  Slack: openSlack,
  DingTalk: openDingTalk,
  Feishu: openFeishu,
  WeCom: openWeCom,
};
const open = (name: keyof typeof services): Notifier => services[name]({ url: url(), secret: SECRET, clock });

/** Every text of a document, however deep. */
function texts(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => [key, ...texts(inner)]);
}

const LINK = /https?:\/\/|\bevil\.example/;
/** What each service would act on, and where. */
const active: Readonly<Record<keyof typeof services, (document: Record<string, unknown>) => boolean>> = {
  // A program reads it, and a program takes strings for strings.
  webhook: () => false,
  Slack: ({ text, blocks }) =>
    /[<>]|&(?!amp;|lt;|gt;)/.test(String(text)) ||
    LINK.test(JSON.stringify(blocks)) ||
    (blocks as readonly { readonly text: { readonly type: string } }[]).some(
      (b) => b.text.type !== 'plain_text',
    ),
  DingTalk: ({ msgtype, at, ...rest }) =>
    msgtype !== 'text' || LINK.test(JSON.stringify(rest)) || JSON.stringify(at) !== '{"isAtAll":false}',
  Feishu: ({ msg_type, card }) =>
    msg_type !== 'interactive' ||
    LINK.test(JSON.stringify(card)) ||
    JSON.stringify(card).includes('"lark_md"'),
  WeCom: ({ msgtype, text }) =>
    msgtype !== 'text' || LINK.test(JSON.stringify(text)) || Object.keys(text as object).join() !== 'content',
};

for (const name of Object.keys(services) as (keyof typeof services)[]) {
  notifierConformance(name, {
    open: async () => {
      posted = [];
      return open(name);
    },
    received: () => posted.map((each) => texts(json(each)).join('\n')),
    active: () => posted.filter((each) => active[name](json(each))).map(({ raw }) => raw),
    goAway: stop,
    comeBack: () => start(port),
    isAcknowledged: true,
  });
}

const message: Notification = {
  ...{
    id: 'n-1',
    at: NOW,
    event: 'decision',
    level: 'HIGH',
    title: '192.0.2.1 is banned',
    count: 1,
    node: 'n',
  },
  items: [{ at: NOW, text: '192.0.2.1 is banned', facts: { address: '192.0.2.1' } }],
};

describe('as each service documents it', () => {
  test('a webhook is signed so that any library of Standard Webhooks verifies it', async () => {
    const secret = `whsec_${Buffer.from('a key of thirty-two bytes, or so').toString('base64')}`;
    await openWebhook({ url: url(), secret, clock }).send(message);
    const { raw, headers } = last();
    const verified = new Webhook(secret).verify(raw, headers as Record<string, string>);
    expect(verified).toMatchObject({ type: 'aegis.decision', data: { level: 'HIGH', count: 1 } });
    expect(headers['webhook-id']).toBe('n-1');
    expect(() => new Webhook(secret).verify(`${raw} `, headers as Record<string, string>)).toThrow();
  });

  test('a webhook without a secret is not signed, and one with a plain text is signed under its bytes', async () => {
    await openWebhook({ url: url(), clock }).send(message);
    expect(last().headers['webhook-signature']).toBeUndefined();
    await open('webhook').send(message);
    const { raw, headers } = last();
    const signed = `n-1.${String(headers['webhook-timestamp'])}.${raw}`;
    const expected = createHmac('sha256', SECRET).update(signed).digest('base64');
    expect(headers['webhook-signature']).toBe(`v1,${expected}`);
  });

  test('Slack has a header, sections within its limits, and a fallback', async () => {
    await open('Slack').send({ ...message, title: `${'a'.repeat(400)} & <b>` });
    const { text, blocks } = json() as { text: string; blocks: { type: string; text: { text: string } }[] };
    expect(blocks.map(({ type }) => type)).toEqual(['header', 'section', 'section']);
    expect(blocks[0]?.text.text.length).toBeLessThanOrEqual(150);
    for (const block of blocks) expect(block.text.text.length).toBeLessThanOrEqual(3_000);
    expect(text).not.toBe('');
  });

  test('DingTalk: timestamp and signature are in the query, beside the token', async () => {
    await open('DingTalk').send(message);
    const { searchParams } = last().url;
    expect(searchParams.get('access_token')).toBe('abc');
    expect(searchParams.get('timestamp')).toBe(String(NOW));
    const expected = createHmac('sha256', SECRET).update(`${NOW}\n${SECRET}`).digest('base64');
    expect(searchParams.get('sign')).toBe(expected);
  });

  test('Feishu: timestamp and signature are in the body, over nothing', async () => {
    await open('Feishu').send(message);
    const { timestamp, sign, card } = json() as { timestamp: string; sign: string; card: { header: object } };
    expect(timestamp).toBe(String(Math.floor(NOW / 1_000)));
    expect(sign).toBe(createHmac('sha256', `${timestamp}\n${SECRET}`).digest('base64'));
    expect(card.header).toMatchObject({ template: 'orange', title: { tag: 'plain_text' } });
  });

  test('WeCom: a text of at most 2,048 bytes', async () => {
    const items = Array.from({ length: 50 }, () => ({ at: NOW, text: '漢'.repeat(400), facts: {} }));
    await open('WeCom').send({ ...message, title: '漢'.repeat(400), count: 50, items });
    const { text } = json() as { text: { content: string } };
    expect(Buffer.byteLength(text.content)).toBeLessThanOrEqual(2_048);
    expect(text.content).toContain('50 times');
  });
});

describe('what goes wrong', () => {
  test.each([
    ['DingTalk', '{"errcode":310000,"errmsg":"sign not match"}', /310000: sign not match/],
    ['Feishu', '{"code":19021,"msg":"sign match fail"}', /19021: sign match fail/],
    ['WeCom', '{"errcode":45009,"errmsg":"api freq out of limit"}', /45009: api freq/],
    ['WeCom', '<html>a captive portal</html>', /no JSON/],
    ['Feishu', '{}', /code missing/],
  ] as const)('%s: status 200 with %s is no success', async (name, body, words) => {
    answer = { status: 200, body };
    const sending = open(name).send(message);
    await expect(sending).rejects.toMatchObject({ code: 'notifier_unavailable' });
    await expect(open(name).send(message)).rejects.toThrow(words);
  });

  test.each([
    [400, 'notifier_refused'],
    [413, 'notifier_refused'],
    [403, 'notifier_unavailable'],
    [429, 'notifier_unavailable'],
    [503, 'notifier_unavailable'],
  ])('status %i is %s', async (status, code) => {
    answer = { status, body: 'invalid_blocks' };
    await expect(open('Slack').send(message)).rejects.toMatchObject({
      code,
      message: expect.stringContaining('invalid_blocks'),
    });
  });

  test('who points elsewhere is not followed', async () => {
    answer = { status: 307, body: '', location: `http://127.0.0.1:${port}/elsewhere` };
    const before = posted.length;
    await expect(open('webhook').send(message)).rejects.toThrow(/points elsewhere/);
    expect(posted.slice(before).map(({ url: { pathname } }) => pathname)).toEqual(['/robot/send']);
  });

  test('an answer without end is not read to its end', async () => {
    answer = { status: 500, body: 'x'.repeat(5_000_000) };
    await expect(open('webhook').send(message)).rejects.toThrow(/status 500: x{200}$/);
  });
});
