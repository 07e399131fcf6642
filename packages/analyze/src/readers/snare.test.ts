import { expect, test } from 'vitest';
import { snareReader } from './snare.ts';

const event = {
  method: 'POST',
  path: '/login?next=/',
  headers: { Host: 'example.org', 'User-Agent': 'sqlmap/1.5', Cookie: 'sess_uuid=abc' },
  cookies: { sess_uuid: 'abc' },
  uuid: 'snare-1',
  peer: { ip: '::ffff:203.0.113.7', port: 40000 },
  status: 200,
  post_data: { user: "admin'--", pass: 'a b' },
};

function read(more: object, receivedAt?: number) {
  return snareReader().read(JSON.stringify({ ...event, ...more }), receivedAt);
}

test('an event at the time it was received', () => {
  expect(read({}, 1698364800000)).toEqual({
    ok: true,
    value: {
      kind: 'event',
      event: {
        at: 1698364800000,
        client: '203.0.113.7',
        clientPort: 40000,
        sensor: 'snare',
        sensorId: 'snare-1',
        protocol: 'http',
        userAgent: 'sqlmap/1.5',
        cookie: 'abc',
        observation: {
          kind: 'http',
          at: 1698364800000,
          method: 'POST',
          target: '/login?next=/',
          headers: { host: 'example.org', 'user-agent': 'sqlmap/1.5', cookie: 'sess_uuid=abc' },
          cookies: { sess_uuid: 'abc' },
          body: 'user=admin%27--&pass=a+b',
          status: 200,
        },
      },
    },
  });
});

test('a time of its own counts more; without either there is an error', () => {
  expect(read({ timestamp: 1698364900 }, 1)).toMatchObject({ value: { event: { at: 1698364900000 } } });
  expect(read({})).toMatchObject({ error: { kind: 'missing_field', field: 'timestamp' } });
  expect(read({ timestamp: 'soon' }, 1)).toMatchObject({ error: { kind: 'bad_value', field: 'timestamp' } });
});

test.each([
  [{ peer: undefined }, 'missing_field', 'peer.ip'],
  [{ peer: { ip: 'nowhere' } }, 'bad_value', 'peer.ip'],
  [{ path: undefined }, 'missing_field', 'path'],
  [{ path: 7 }, 'bad_value', 'path'],
])('%j', (more, kind, field) => {
  expect(read(more, 1)).toMatchObject({ ok: false, error: { kind, field } });
});

test('post data as text, and post data with lone surrogates', () => {
  expect(read({ post_data: '{"a":1}' }, 1)).toMatchObject({
    value: { event: { observation: { body: '{"a":1}' } } },
  });
  expect(read({ post_data: { '\ud800': '\udfff' } }, 1).ok).toBe(true);
});
