import { expect, test } from 'vitest';
import { zeekHttpReader } from './zeek-http.ts';

const HEADER = [
  '#separator \\x09',
  '#set_separator\t,',
  '#empty_field\t(empty)',
  '#unset_field\t-',
  '#path\thttp',
  '#open\t2021-12-08-14-00-00',
  '#fields\tts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\tmethod\thost\turi\treferrer\tuser_agent\tstatus_code\ttags',
  '#types\ttime\tstring\taddr\tport\taddr\tport\tstring\tstring\tstring\tstring\tstring\tcount\tset[enum]',
];
const ROW =
  "1638972163.464763\tCx1\t203.0.113.7\t39490\t192.0.2.4\t80\tGET\texample.org\t/a?b='\\x09\\xc3\\xa4\t-\tNikto\t404\tHTTP::URI_SQLI";

function reader() {
  const made = zeekHttpReader();
  for (const line of HEADER) expect(made.read(line)).toEqual({ ok: true, value: undefined });
  return made;
}

const EVENT = {
  at: 1638972163465,
  client: '203.0.113.7',
  clientPort: 39490,
  sensor: 'zeek-http',
  protocol: 'http',
  userAgent: 'Nikto',
};

test('tab-separated values', () => {
  expect(reader().read(ROW)).toEqual({
    ok: true,
    value: {
      kind: 'event',
      event: {
        ...EVENT,
        observation: {
          kind: 'http',
          at: 1638972163465,
          method: 'GET',
          target: "/a?b='%09ä",
          headers: { host: 'example.org', 'user-agent': 'Nikto' },
          cookies: {},
          status: 404,
          label: 'sql_injection',
        },
      },
    },
  });
});

test('JSON lines', () => {
  const line = JSON.stringify({
    ts: 1638972163.464763,
    'id.orig_h': '203.0.113.7',
    'id.orig_p': 39490,
    method: 'GET',
    host: 'example.org',
    uri: '/a',
    user_agent: 'Nikto',
    status_code: 404,
    tags: [],
  });
  expect(zeekHttpReader().read(line)).toMatchObject({
    value: { event: { ...EVENT, observation: { target: '/a', status: 404 } } },
  });
});

test('another separator, and a row of nothing but a reply', () => {
  const made = zeekHttpReader();
  for (const line of ['#separator \\x7c', '#fields|ts|id.orig_h|method|uri'])
    expect(made.read(line).ok).toBe(true);
  expect(made.read('1638972163|203.0.113.7|GET|/')).toMatchObject({
    value: { event: { client: '203.0.113.7' } },
  });
  expect(made.read('1638972163|203.0.113.7|-|-')).toEqual({ ok: true, value: undefined });
});

test('errors, after which it goes on', () => {
  const made = reader();
  for (const [line, kind] of [
    [ROW.slice(0, 40), 'bad_format'],
    [`${ROW}\tmore`, 'bad_format'],
    [ROW.replace('203.0.113.7', 'x'), 'bad_value'],
    [ROW.replace('1638972163.464763', '-'), 'missing_field'],
    ['#path\tconn', 'bad_format'],
    ['#separator \\x09\\x09', 'bad_format'],
    [`#fields\t${'x\t'.repeat(10_000)}`, 'bad_format'],
  ] as const) {
    expect(made.read(line)).toMatchObject({ ok: false, error: { kind } });
  }
  expect(made.read(ROW).ok).toBe(true);
  expect(zeekHttpReader().read(ROW)).toMatchObject({ ok: false, error: { kind: 'bad_format', column: 1 } });
});

test('to recognise is not to read', () => {
  const made = zeekHttpReader();
  expect(made.recognise([...HEADER, ROW])).toBe(1);
  expect(made.read(ROW).ok).toBe(false);
});
