import { expect, test } from 'vitest';
import { w3cLogReader } from './w3c-log.ts';

const IIS = [
  '#Software: Microsoft Internet Information Services 10.0',
  '#Version: 1.0',
  '#Date: 2026-10-27 02:00:00',
  '#Fields: date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) cs(Referer) sc-status sc-substatus sc-win32-status time-taken',
];
const AT = Date.UTC(2026, 9, 27, 2);

function reader(header: readonly string[] = IIS) {
  const made = w3cLogReader();
  for (const line of header) expect(made.read(line)).toEqual({ ok: true, value: undefined });
  return made;
}

function eventOf(made: ReturnType<typeof reader>, line: string) {
  const item = made.read(line);
  if (!item.ok || item.value?.kind !== 'event') throw new Error(JSON.stringify(item));
  return item.value.event;
}

test('a row of IIS: blanks are written as +, in the query a + stays one', () => {
  const row =
    '2026-10-27 02:00:00 10.0.0.4 GET /item.aspx id=1+OR+1=1 443 - 203.0.113.7 Mozilla/5.0+(Windows+NT+10.0) https://example.org/ 404 0 2 15';
  expect(eventOf(reader(), row)).toEqual({
    at: AT,
    client: '203.0.113.7',
    sensor: 'w3c-log',
    protocol: 'http',
    userAgent: 'Mozilla/5.0 (Windows NT 10.0)',
    observation: {
      kind: 'http',
      at: AT,
      method: 'GET',
      target: '/item.aspx?id=1+OR+1=1',
      headers: { referer: 'https://example.org/', 'user-agent': 'Mozilla/5.0 (Windows NT 10.0)' },
      cookies: {},
      status: 404,
    },
  });
});

test('a row of CloudFront: tabs, percent-encoding, its own names', () => {
  const made = reader([
    '#Version: 1.0',
    '#Fields: date time c-ip c-port cs-method cs(Host) cs-uri-stem sc-status cs(Referer) cs(User-Agent) cs-uri-query cs(Cookie)',
  ]);
  const row =
    '2026-10-27\t02:00:00\t2001:db8::7\t39490\tGET\td1.cloudfront.net\t/a\t200\t-\tcurl/8%20x\tq=%2527\ta=1;%20b=2';
  expect(eventOf(made, row)).toMatchObject({
    client: '2001:db8::7',
    clientPort: 39490,
    userAgent: 'curl/8 x',
    observation: {
      target: '/a?q=%2527',
      headers: { host: 'd1.cloudfront.net', 'user-agent': 'curl/8 x' },
      cookies: { a: '1', b: '2' },
    },
  });
});

test('a tab that a client sent through IIS moves nothing', () => {
  const row = '2026-10-27 02:00:00 10.0.0.4 GET /\t/ - 80 - 203.0.113.7 a\tb - 200 0 0 1';
  expect(eventOf(reader(), row)).toMatchObject({ client: '203.0.113.7', observation: { target: '/%09/' } });
});

test('the header may change on the way', () => {
  const made = reader();
  for (const line of [
    '#Software: x',
    '#Date: 2026-10-27 03:00:00',
    '#Fields: time c-ip cs-method cs-uri-stem',
  ])
    made.read(line);
  expect(eventOf(made, '03:00:01 203.0.113.8 POST /b')).toMatchObject({
    at: AT + 3_601_000,
    observation: { method: 'POST', target: '/b' },
  });
});

test('rows with only a time go on into the next day', () => {
  const made = reader(['#Date: 2026-10-31 23:59:00', '#Fields: time c-ip cs-method cs-uri-stem']);
  const times = ['23:59:58', '23:59:59', '00:00:00', '00:00:05'];
  const days = times.map((time) => new Date(eventOf(made, `${time} 192.0.2.1 GET /`).at).toISOString());
  expect(days.map((day) => day.slice(0, 10))).toEqual([
    '2026-10-31',
    '2026-10-31',
    '2026-11-01',
    '2026-11-01',
  ]);
});

test('a connection without a request adds nothing', () => {
  const made = reader(['#Fields: date time c-ip cs-method cs-uri-stem sc-status']);
  expect(made.read('2026-10-27 02:00:00 192.0.2.1 - - 400')).toEqual({ ok: true, value: undefined });
});

test.each([
  ['2026-10-27 02:00:00 10.0.0.4 GET /', /15 values, as many as #Fields has, found "5 values"/],
  ['2026-10-27 02:00:00 s GET / - 80 - nobody - - 200 0 0 1', /c-ip is "nobody"; expected an IP address/],
  ['2026-13-27 02:00:00 s GET / - 80 - 192.0.2.1 - - 200 0 0 1', /date and time are "2026-13-27 02:00:00"/],
  ['- 02:00:00 s GET / - 80 - 192.0.2.1 - - 200 0 0 1', /^date is missing/],
  ['#fields\tts\tuid', /a directive of an extended log/],
])('what is wrong with %s', (line, message) => {
  // Without a #Date: where one is there, a row needs no date.
  const made = reader(IIS.filter((each) => !each.startsWith('#Date')));
  expect(made.read(line)).toMatchObject({ ok: false, error: { message: expect.stringMatching(message) } });
});

test('no row before the header', () => {
  expect(w3cLogReader().read('2026-10-27 02:00:00 192.0.2.1 GET / 200')).toMatchObject({
    ok: false,
    error: { message: expect.stringContaining('#Fields: header before the first row') },
  });
});
