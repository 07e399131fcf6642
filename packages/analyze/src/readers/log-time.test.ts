import { expect, test } from 'vitest';
import { logTime } from './log-time.ts';

const RECEIVED = Date.UTC(2026, 2, 1);

test.each([
  ['2021-12-12 12:32:19 WARNING', '2021-12-12T12:32:19.000Z'],
  ['2023-04-06T09:13:34,820Z [http]', '2023-04-06T09:13:34.820Z'],
  ['2023-04-23 22:07:05.311 -05:00 [WRN]', '2023-04-24T03:07:05.311Z'],
  ['[2025-07-28 05:34:01 UTC] [x]', '2025-07-28T05:34:01.000Z'],
  ['[GIN] 2022/02/07 - 10:49:33 | 401', '2022-02-07T10:49:33.000Z'],
  ['19-Oct-2022 05:34:02.425 client', '2022-10-19T05:34:02.425Z'],
  ['1690.0 [1/Aug/2023 16:06:44] admin', '2023-08-01T16:06:44.000Z'],
  ['[29/Sep/2021:14:11:34 +0200] "GET', '2021-09-29T12:11:34.000Z'],
  ['[Fri Sep 24 10:04:52.030937 2021] [auth', '2021-09-24T10:04:52.030Z'],
  ['01/25/22 16:08:02.393003 web', '2022-01-25T16:08:02.393Z'],
  ['12/17/22, 10:31:29 PM MST.557710 web', '2022-12-17T22:31:29.000Z'],
  ['08/02/2023, 12:00:01 AM    WARN', '2023-08-02T00:00:01.000Z'],
  ['WARN: [Jul  2 05:05:24.643] x', '2025-07-02T05:05:24.643Z'],
  ['[Feb 28 12:57:01] SECURITY', '2026-02-28T12:57:01.000Z'],
  ['I0613 10:22:26.154722       1 client.go', '2025-06-13T10:22:26.154Z'],
])('%s', (line, expected) => {
  const found = logTime(line, RECEIVED);
  expect(new Date(found?.at ?? 0).toISOString()).toBe(expected);
});

test('a day that a year has not is looked for in the years before', () => {
  expect(new Date(logTime('Feb 29 00:00:00 x', RECEIVED)?.at ?? 0).getUTCFullYear()).toBe(2024);
});

test('no time, no such time, and none where nobody looks', () => {
  expect(logTime('nothing here', RECEIVED)).toBeUndefined();
  expect(logTime('2021-13-40 12:32:19', RECEIVED)).toBeUndefined();
  expect(logTime(`${'x'.repeat(200)}2021-12-12 12:32:19`, RECEIVED)).toBeUndefined();
});
