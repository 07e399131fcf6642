import { expect, test } from 'vitest';
import type { SensorEvent } from '../sessionize/sensor-event.ts';
import { accessLogReader } from './access-log.ts';
import { parseClfTime } from './clf-time.ts';

const TIME = '[29/Sep/2021:14:11:34 +0200]';
const AT = Date.UTC(2021, 8, 29, 12, 11, 34);

function read(line: string): SensorEvent {
  const item = accessLogReader().read(line);
  if (!item.ok) throw new Error(item.error.message);
  if (item.value?.kind !== 'event') throw new Error('no event');
  return item.value.event;
}

function http(line: string) {
  const { observation } = read(line);
  if (observation?.kind !== 'http') throw new Error('no request');
  return observation;
}

test('common and combined', () => {
  expect(read(`192.0.2.1 - bob ${TIME} "GET /a?b=c HTTP/1.1" 200 45`)).toEqual({
    at: AT,
    client: '192.0.2.1',
    sensor: 'access-log',
    protocol: 'http',
    observation: {
      kind: 'http',
      at: AT,
      method: 'GET',
      target: '/a?b=c',
      headers: {},
      cookies: {},
      status: 200,
    },
  });
  const combined = `2001:0db8:0::7 - - ${TIME} "HEAD / HTTP/2.0" 404 - "http://r/" "Mozilla/5.00 (Nikto/2.1.5)" "203.0.113.1" 0.01`;
  expect(read(combined)).toMatchObject({ client: '2001:db8::7', userAgent: 'Mozilla/5.00 (Nikto/2.1.5)' });
  expect(http(combined)).toMatchObject({
    method: 'HEAD',
    status: 404,
    headers: { referer: 'http://r/', 'user-agent': 'Mozilla/5.00 (Nikto/2.1.5)' },
  });
});

test.each([
  ['a host in front', 'example.com 192.0.2.1 - -', 'example.com'],
  ['a host with its port', 'example.com:443 192.0.2.1 - -', 'example.com:443'],
  ['an address as host', '198.51.100.9 192.0.2.1 - -', '198.51.100.9'],
  ['a word more', 'example.com 192.0.2.1 - req001 -', 'example.com'],
  ['syslog in front', 'Jul  8 11:07:07 ip-1.internal nginx[2869]: 192.0.2.1 - -', undefined],
  [
    'syslog with priority and ISO time',
    '<190>2024-10-31T12:38:21.8+00:00 web nginx: 192.0.2.1 - -',
    undefined,
  ],
])('%s', (_, head, host) => {
  const line = `${head} ${TIME} "GET / HTTP/1.1" 200 1 "-" "-"`;
  expect(read(line)).toMatchObject({ client: '192.0.2.1', at: AT });
  expect(read(line).userAgent).toBeUndefined();
  expect(http(line).headers).toEqual(host === undefined ? {} : { host });
});

test('a user cannot put on another address or time', () => {
  const line = `192.0.2.1 - 198.51.100.1 [01/Jan/2001:00:00:00 +0000] ${TIME} "GET / HTTP/1.1" 200 1`;
  expect(read(line)).toMatchObject({ client: '192.0.2.1', at: AT });
});

test.each([
  ['nginx', 'GET /?q=\\x22\\xC3\\xA4\\x00 HTTP/1.1', 'GET', '/?q="ä%00'],
  ['Apache', 'GET /?q=\\"a\\\\b\\t HTTP/1.1', 'GET', '/?q="a\\b%09'],
  ['bytes that are no text', 'GET /\\xFF\\xFE HTTP/1.1', 'GET', '/ÿþ'],
  ['blanks in the target', 'GET /a b c HTTP/1.1', 'GET', '/a b c'],
  ['HTTP/0.9', 'GET /old', 'GET', '/old'],
  ['a TLS greeting', '\\x16\\x03\\x01', '-', '%16%03%01'],
  ['a botnet', "lv|'|'|VHJv|'|'|Win XP|'|'|[endof]", '-', "lv|'|'|VHJv|'|'|Win XP|'|'|[endof]"],
  ['a method that is none', 'A(B / HTTP/1.1', '-', 'A(B / HTTP/1.1'],
])('request line: %s', (_, line, method, target) => {
  expect(http(`192.0.2.1 - - ${TIME} "${line}" 400 1 "-" "-"`)).toMatchObject({ method, target });
});

test('escaped quotes do not end a field', () => {
  const line = `192.0.2.1 - - ${TIME} "GET / HTTP/1.1" 200 1 "\\"x\\"" "a\\\\" "more"`;
  expect(http(line).headers).toEqual({ referer: '"x"', 'user-agent': 'a\\' });
});

test('nothing was sent, nothing is added', () => {
  expect(accessLogReader().read(`192.0.2.1 - - ${TIME} "-" 408 -`)).toEqual({ ok: true, value: undefined });
  expect(accessLogReader().read('')).toEqual({ ok: true, value: undefined });
});

test.each([
  ['no quotes at all', 'bad_format', 17],
  [`192.0.2.1 - - "GET / HTTP/1.1" 200 1`, 'bad_format', 1],
  ['192.0.2.1 - - [29/Foo/2021:14:11:34 +0200] "GET / HTTP/1.1" 200 1', 'bad_format', 16],
  ['192.0.2.1 - - [31/Feb/2021:14:11:34 +0200] "GET / HTTP/1.1" 200 1', 'bad_format', 16],
  [`client.example.org - - ${TIME} "GET / HTTP/1.1" 200 1`, 'bad_value', 1],
  [`192.0.2.1 - - ${TIME} "GET / HTTP/1.1`, 'bad_format', 59],
  [`192.0.2.1 - - ${TIME} "GET / HTTP/1.1" OK`, 'bad_format', 60],
])('%s', (line, kind, column) => {
  const result = accessLogReader().read(line);
  expect(result).toMatchObject({ ok: false, error: { kind, column } });
});

test('the time of the common log format', () => {
  expect(parseClfTime('29/Sep/2021:14:11:34 +0200')).toBe(AT);
  expect(parseClfTime('29/Sep/2021:05:11:34 -0700')).toBe(AT);
  for (const bad of [
    '29/SepX2021:14:11:34 +0200',
    '29/epO/2021:14:11:34 +0200',
    '29/Sep/2021:25:11:34 +0200',
    '',
  ]) {
    expect(parseClfTime(bad)).toBeUndefined();
  }
});
