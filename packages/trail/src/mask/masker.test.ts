import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isBankCard, isResidentId } from './check-digits.ts';
import { cover, keep } from './mask.ts';
import { createMasker } from './masker.ts';

const masker = createMasker();
const KEY = `aegis_0123456789abcdef_${'5a'.repeat(32)}`;
const JWT = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhZG1pbiJ9.c2lnbmF0dXJl';

test.each([
  ['tel 13812341234.', 'tel 138****1234.'],
  ['电话13812341234，', '电话138****1234，'],
  ['+86 138-1234-1234', '+86 138****1234'],
  ['+8613812341234', '+86138****1234'],
  ['id 11010519491231002X', 'id 1****************X'],
  ['id 110105194912310021', 'id 110105194912310021'],
  ['card 4111 1111 1111 1111 ok', 'card 411111******1111 ok'],
  ['card 6222021234567890128', 'card 622202*********0128'],
  ['card 4111111111111112', 'card 4111111111111112'],
  ['mail zhang.san@example.com!', 'mail z***@example.com!'],
  ['车牌京A12345。', '车牌京A***45。'],
  ['粤B·D12345', '粤B***45'],
  [`key ${KEY}`, 'key aegis_0123456789abcdef_***'],
  [JWT, 'eyJ***'],
  ['AKIAIOSFODNN7EXAMPLE', '***'],
  [`ghp_${'a'.repeat(36)}`, 'ghp_***'],
  ['sk-abcdefghijklmnopqrstuvwx', 'sk-***'],
  ['Authorization: Bearer abc.def.ghi\nnext', 'Authorization: ***\nnext'],
  ['curl -H "X-Api-Key: hunter2" x', 'curl -H "X-Api-Key: ***" x'],
  ['a Bearer abcdefghijk end', 'a Bearer *** end'],
  ['Cookie: a=b; c=d\r\nHost: x', 'Cookie: ***\r\nHost: x'],
  ['password=hunter2&user=bob', 'password=***&user=bob'],
  ['{"password":"hun\\"ter2","user":"bob"}', '{"password":"***","user":"bob"}'],
  ['{"msg":"{\\"password\\":\\"hunter2\\",\\"a\\":1}"}', '{"msg":"{\\"password\\":\\"***\\",\\"a\\":1}"}'],
  ['{"db_password": 123456, "x": 1}', '{"db_password": "***", "x": 1}'],
  ['{"secret":{"a":["b"]},"x":1}', '{"secret":"***","x":1}'],
  ['{"token":null}', '{"token":null}'],
  ['postgres://bob:hunter2@db/x', 'postgres://bob:***@db/x'],
  ['密码：hunter2 好', '密码：*** 好'],
  ['您的验证码是 482913，请勿泄露', '您的验证码是 ***，请勿泄露'],
  ['Your verification code is 482913.', 'Your verification code is ***.'],
  ['otp=482913', 'otp=***'],
  ['session_id=abc&x=1', 'session_id=***&x=1'],
  ['https://bob:hun:ter2@example.com/', 'https://bob:***@example.com/'],
  ['redis://:hunter2@db/0', 'redis://:***@db/0'],
  ['https://x-token:abc@example.com/', 'https://x-token:***@example.com/'],
  ['z***@example.com', 'z***@example.com'],
  ['4111 1111 1111 1111 123', '411111******1111 123'],
  ['otp 4111 1111 1111 1111', 'otp 411111******1111'],
  [`${'a'.repeat(80)}password=hunter2`, `${'a'.repeat(80)}password=***`],
  [
    '-----BEGIN RSA PRIVATE KEY-----\nMIIE\nabc=\n-----END RSA PRIVATE KEY-----',
    '-----BEGIN RSA PRIVATE KEY-----***-----END RSA PRIVATE KEY-----',
  ],
])('%j', (text, masked) => {
  expect(masker.text(text)).toBe(masked);
});

test.each([
  'GET /index.html 200 1234 0.004',
  '2026-11-22T07:19:09.123Z info the node is up api=http://127.0.0.1:8411',
  'exit code 1234',
  'status=404 bytes=13812',
  'epoch 1763795949123 micro 1763795949123456',
  'd3b07384-d9a0-4c9b-8f62-123456789012',
  'sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  'from 192.0.2.1 to 2001:db8::1',
  'user@localhost',
  'monkey=1 keyboard: 2',
  'spinning=1 my-spin=2 in 2026',
  'size 1234 page 4321',
  '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----',
  '---------------------------------------------',
])('%j is left as it is, the same string', (text) => {
  expect(masker.text(text)).toBe(text);
});

test('addresses where they are asked for', () => {
  const shy = createMasker(['address']);
  expect(shy.text('from 192.0.2.17:8080 and 2001:db8::1, at 07:19:09 v1.2.3')).toBe(
    'from 192.0.2.*:8080 and 2001:db8:*, at 07:19:09 v1.2.3',
  );
});

test('rules: patterns, masks of detectors, fields by name and by path, detectors off', () => {
  const own = createMasker()
    .addRule('case', /case-\d{4,}/i, keep(5))
    .addRule('phone', keep(3))
    .addRule('nickname', cover(1, 3))
    .addRule('users.*.street', keep(2))
    .without('email');
  expect(own.text('CASE-12345 13812341234 a@example.com')).toBe('CASE-***** 138******** a@example.com');
  expect(
    own.value({ a: { nickname: 'Wally' }, users: [{ street: 'Main St 5' }], street: 'Main St 5' }),
  ).toEqual({
    a: { nickname: 'W**ly' },
    users: [{ street: 'Ma*******' }],
    street: 'Main St 5',
  });
});

test('deep values: names, numbers, keys, cycles, depth, prototypes, getters', () => {
  const hostile: Record<string, unknown> = JSON.parse(
    '{"__proto__":{"password":"x"},"constructor":{"pin":1}}',
  );
  hostile.self = hostile;
  hostile['13812341234'] = 13_812_341_234;
  hostile.sessionToken = ['a'];
  hostile.when = new Date(0);
  hostile.bytes = Buffer.from('password');
  hostile.error = new Error('password=hunter2');
  hostile.map = new Map([['pwd', 'x']]);
  Object.defineProperty(hostile, 'bad', { enumerable: true, get: () => fail() });
  const masked = masker.value(hostile) as Record<string, unknown>;
  expect(Object.hasOwn(masked, '__proto__')).toBe(true);
  expect(Object.getPrototypeOf(masked)).toBe(Object.prototype);
  expect(JSON.parse(JSON.stringify({ ...masked, error: undefined }))).toEqual(
    JSON.parse(`{"__proto__":{"password":"***"},"constructor":{"pin":"***"},"self":"[circular]","138****1234":"138****1234",
      "sessionToken":"***","when":"1970-01-01T00:00:00.000Z","bytes":"[8 bytes]","map":{"pwd":"***"},"bad":"[unreadable]"}`),
  );
  expect(JSON.stringify(masked)).not.toContain('hunter2');
  let deep: unknown = 'x';
  for (let i = 0; i < 10_000; i++) deep = [deep];
  expect(JSON.stringify(masker.value(deep))).toContain('[too deep]');
  const wide = masker.value(Array.from({ length: 200_000 }, () => 1)) as readonly unknown[];
  expect(wide.length).toBeLessThan(60_000);
});

function fail(): never {
  throw new Error('no');
}

test('ids: every change of one digit is seen, and Luhn sees it too', () => {
  const id = '11010519491231002X';
  expect(isResidentId(id)).toBe(true);
  for (let at = 0; at < 17; at++)
    for (let digit = 0; digit < 10; digit++)
      if (String(digit) !== id[at])
        expect(isResidentId(id.slice(0, at) + digit + id.slice(at + 1))).toBe(false);
  const card = '6222021234567890128';
  expect(isBankCard(card)).toBe(true);
  for (let at = 0; at < card.length; at++)
    for (let digit = 0; digit < 10; digit++)
      if (String(digit) !== card[at])
        expect(isBankCard(card.slice(0, at) + digit + card.slice(at + 1))).toBe(false);
});

const secret = fc.stringMatching(/^[A-Za-z0-9]{12,20}$/).map((text) => `Zq7${text}`);
const around = fc.array(
  fc.constantFrom(
    ' ',
    '\n',
    'password',
    'token',
    '"',
    "'",
    '\\',
    ':',
    '=',
    '@',
    '-',
    '{',
    '}',
    '[',
    '://',
    '.',
    '密码',
    '：',
    'a',
    '1',
    '***',
    'Bearer ',
    '-----BEGIN PRIVATE KEY-----',
    '13812341234',
    '京A12345',
    'x@y.com',
    'code 482913 otp',
    'é',
    '\ud800',
  ),
  { maxLength: 30 },
);

test.each([
  ['x@y.com.Bearer password', 'x***@y.com.Bearer ***'],
  ['secret: password: hunter2', 'secret: *** ***'],
  ['password=token="a b"', 'password=***"***"'],
  ['13812341234@1.code 482913 otp', '*** 482913 otp'],
  ['13812341234@example.com', '***'],
  ['bob@sk-abcdefghijklmnopqrst.com', '***'],
  ['://token:://}x@y.com', '://token:***@y.com'],
  ['eyJhbGciOi.eyJhbGciOi.Basic dXNlcjpodW50ZXIy', 'eyJ*** ***'],
  ['4111 1111 1111 1111 138 1234 1234', '411111******1111 138****1234'],
])('a find does not hide the beginning of another: %j', (text, masked) => {
  expect(masker.text(text)).toBe(masked);
  expect(masker.text(masked)).toBe(masked);
});

test('a mask that writes what it finds is asked once', () => {
  const own = createMasker()
    .addRule('email', (found) => `u${found.length}@masked.example`)
    .addRule('password', (found) => `${found.length}`);
  expect(own.text('bob@example.com password=hunter2')).toBe('u15@masked.example password=7');
});

test('a text in which every mask shows another secret is hidden whole', () => {
  const own = createMasker()
    .addRule('phone', () => '4111111111111111')
    .addRule('bankCard', () => '13812341234');
  expect(own.text('tel 13812341234')).toBe('***');
});

const quoted = fc
  .array(fc.tuple(fc.constantFrom('"', '"', '', '":'), around, fc.constantFrom('"', '"', '', ',')), {
    maxLength: 6,
  })
  .map((all) => all.flatMap(([open, parts, close]) => [open, ...parts.slice(0, 3), close]));

test.each([
  ['whatever the text', around],
  ['between quotes', quoted],
])('masking what is masked changes nothing: %s (20,000 texts)', (_, parts) => {
  fc.assert(
    fc.property(parts, (all) => {
      const once = masker.text(all.join(''));
      expect(masker.text(once)).toBe(once);
    }),
    { numRuns: 20_000 },
  );
});

test('the time for a text is bounded by its length: values in values are looked through once', () => {
  for (const part of [
    'token=',
    'eyJabc.',
    'sk-',
    'cookie: ',
    '"password":{',
    '://a:b@',
    'a@b.',
    '"password\\":\\"',
  ]) {
    const text = part.repeat(50_000);
    expect(masker.text(masker.text(text))).toBe(masker.text(text));
  }
});

test.each([
  (s: string) => `password=${s}`,
  (s: string) => `{"apiKey":"${s}"}`,
  (s: string) => `Authorization: Basic ${s}`,
  (s: string) => `https://bob:${s}@example.com/`,
  (s: string) => `X-Auth-Token: ${s}`,
  (s: string) => `secret => '${s}'`,
  (s: string) => JSON.stringify({ message: JSON.stringify({ password: `"${s}"` }) }),
])('nothing of a secret is left, whatever is around it: case %#', (written) => {
  const calm = fc.array(fc.constantFrom(' ', '\n', 'GET /a?b=c ', 'x@y.com ', '{"a":1} ', '13812341234 '), {
    maxLength: 8,
  });
  fc.assert(
    fc.property(calm, secret, calm, (before, hidden, after) => {
      const masked = masker.text(`${before.join('')} ${written(hidden)} ${after.join('')}`);
      expect(masked).not.toContain(hidden);
      expect(masked).not.toContain(hidden.slice(0, 6));
      expect(masked).not.toContain(hidden.slice(-6));
    }),
  );
});

test('a stream says what the whole text would, wherever it is cut', () => {
  const text = `a password=hunter2\nphone 13812341234\n-----BEGIN PRIVATE KEY-----\nMIIE\nabcd\n-----END PRIVATE KEY-----\nlast x@y.com`;
  fc.assert(
    fc.property(fc.array(fc.nat(text.length), { maxLength: 6 }), (cuts) => {
      const stream = masker.stream();
      const places = [0, ...cuts.toSorted((a, b) => a - b), text.length];
      const said = places.slice(1).map((to, i) => stream.write(text.slice(places[i], to)));
      expect(said.join('') + stream.end()).toBe(masker.text(text));
    }),
  );
});

test('a line without end is named, held within bounds, and what follows goes on', () => {
  const stream = masker.stream();
  let said = '';
  for (let i = 0; i < 100; i++) said += stream.write('x'.repeat(10_000));
  said += stream.write('secret\nnext password=hunter2\n');
  expect(said + stream.end()).toBe(
    '[a line of 1000006 characters, too long to be masked]\nnext password=***\n',
  );
});
