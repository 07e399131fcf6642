import { expect, test } from 'vitest';
import { CHROME, request, series, sessionOf } from '../analyze-fixtures.ts';
import { bodyFields } from './body-fields.ts';
import { enrich } from './enrich.ts';
import { extractPayloads } from './extract-payloads.ts';
import { formFields } from './form-fields.ts';
import { emptyIntel } from './intel.ts';
import { MAX_FINDINGS } from './payload-findings.ts';
import { burstiness } from './request-pattern.ts';

test('payloads come from path, query, headers, cookies and body, as they were sent', () => {
  const payloads = extractPayloads(
    request(0, 'http://host.example/a%20b?x=1%27&y', {
      method: 'POST',
      headers: { referer: 'r', 'content-length': '3' },
      cookies: { c: 'd' },
      body: 'k=v%22',
    }),
  );
  expect(payloads.map(({ place, part, text }) => `${place} ${part} ${text}`)).toEqual([
    'path  /a%20b',
    'query x 1%27',
    'header referer r',
    'cookie c d',
    'body k v%22',
  ]);
});

test('a query that is no list of parameters is a payload itself', () => {
  expect(formFields('../../etc/passwd', 'query')).toEqual([
    { place: 'query', part: '', text: '../../etc/passwd' },
  ]);
  expect(formFields('a=1&&b=2', 'query').map((field) => field.part)).toEqual(['a', 'b']);
});

test('fields are bounded and the last one holds the rest', () => {
  const fields = formFields(Array.from({ length: 500 }, (_, i) => `p${i}=1`).join('&'), 'query');
  expect(fields.length).toBe(64);
  expect(fields.at(-1)?.text).toContain('p499=1');
});

test('JSON gives its strings under their keys, operators in the name', () => {
  const fields = bodyFields('{"a":"x","b":{"$gt":""},"c":["y"]}', 'application/json');
  expect(fields.map(({ part, text }) => `${part}=${text}`).sort()).toEqual(['a=x', 'b[$gt]=', 'c=y']);
  expect(bodyFields('{"a":', 'application/json')).toEqual([{ place: 'body', part: '', text: '{"a":' }]);
  expect(bodyFields('['.repeat(60_000), 'application/json')).toHaveLength(1);
});

test('burstiness is 0 for a clockwork, 1 for all at once and in between for the rest', () => {
  expect(burstiness([0, 10, 20, 30])).toBe(0);
  expect(burstiness([5, 5, 5, 5])).toBe(1);
  expect(burstiness([0, 1])).toBe(0);
  // gaps 0 and 10: mean 5, deviation 5, B = 0
  expect(burstiness([0, 0, 10])).toBe(0.5);
});

test('the same payload sent often is one finding with its count', () => {
  const session = sessionOf(
    series(40, 10, (at) => request(at, '/?q=%3Cscript%3Ealert(1)%3C/script%3E')),
    CHROME,
  );
  const { findings } = enrich(session, emptyIntel);
  expect(findings).toHaveLength(1);
  expect(findings[0]?.occurrences).toBe(40);
});

test('findings are bounded and the gravest survive', () => {
  const session = sessionOf(
    [
      ...series(600, 1, (at, i) => request(at, `/?q=%3Cscript%3Ealert(${i})%3C/script%3E`)),
      request(601, '/?c=%3Bcat%20/etc/passwd'),
    ],
    CHROME,
  );
  const { findings, requestPattern } = enrich(session, emptyIntel);
  expect(findings.length).toBeLessThanOrEqual(MAX_FINDINGS + 8);
  expect(findings[0]?.attackType).toBe('command_execution');
  expect(requestPattern.automated).toBe(true);
  expect(requestPattern.prolonged).toBe(false);
});

test('owners: a tool, a reader and a person', () => {
  const attack = enrich(sessionOf([request(0, '/?id=1%27%20or%201%3D1--')], 'sqlmap/1.7'), emptyIntel).owners;
  expect(attack.attacker).toBeGreaterThan(0.7);
  expect(attack.tool).toBeGreaterThan(0.9);
  const person = enrich(sessionOf([request(0, '/')], CHROME), emptyIntel).owners;
  expect(person.user).toBeGreaterThan(0.8);
  expect(person.attacker).toBe(0);
  expect(enrich(sessionOf([request(0, '/')], 'Feedly/1.0'), emptyIntel).owners.tool).toBeGreaterThan(0.7);
});

test.each([
  [true, 'proved', 'crawler'],
  [false, 'refuted', 'tool'],
  [undefined, 'unknown', 'tool'],
] as const)('a declared crawler whose proof is %s: %s, most likely a %s', (proof, verification, owner) => {
  const agent = 'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)';
  const sensor = { possibleOwners: { crawler: 1 } };
  for (const over of [{}, sensor]) {
    const session = sessionOf([request(0, '/')], agent, over);
    const { userAgent, owners } = enrich(session, { ...emptyIntel, crawler: () => proof });
    expect(userAgent).toMatchObject({ kind: 'crawler', verified: proof === true, verification });
    const [likeliest] = Object.entries(owners).toSorted(([, a], [, b]) => b - a);
    expect(likeliest?.[0]).toBe(owner);
  }
});

test("the sensor's estimate is heard, nonsense in it is not", () => {
  const session = sessionOf([request(0, '/')], CHROME, {
    possibleOwners: { admin: 0.8, user: Number.NaN, attacker: 7 },
  });
  const { owners } = enrich(session, emptyIntel);
  expect(owners.admin).toBe(0.2);
  expect(owners.user).toBe(0.9);
  expect(owners.attacker).toBe(0.25);
});
