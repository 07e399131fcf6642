import { expect, test } from 'vitest';
import { HostLog } from './host-log.ts';

const RECEIVED = Date.UTC(2026, 10, 22);

function events(...lines: readonly string[]) {
  const log = new HostLog();
  return lines.flatMap((line) => {
    const read = log.read(line, RECEIVED);
    return read.ok && read.value !== undefined ? [read.value] : [];
  });
}
const sshd = (message: string): string => `Feb 12 14:10:21 host sshd[1]: ${message}`;

test.each([
  [
    'Failed password for root from 192.0.2.1 port 22 ssh2',
    { kind: 'login', username: 'root', success: false, failure: 'bad_credentials' },
  ],
  [
    'Failed publickey for git from 2001:db8::1 port 22 ssh2: RSA SHA256:x',
    { kind: 'login', username: 'git' },
  ],
  [
    'Failed keyboard-interactive/pam for invalid user x from 192.0.2.1 port 22 ssh2',
    { kind: 'login', failure: 'unknown_user' },
  ],
  ['Invalid user  from 192.0.2.1 port 22', { kind: 'login', username: '', failure: 'unknown_user' }],
  [
    'Accepted publickey for eve from 192.0.2.1 port 22 ssh2: ED25519 SHA256:x',
    { kind: 'login', username: 'eve', success: true },
  ],
  [
    'Disconnected from authenticating user root 192.0.2.1 port 22 [preauth]',
    { kind: 'notice', event: 'preauth_disconnect' },
  ],
  [
    'Connection closed by invalid user x 192.0.2.1 port 22 [preauth]',
    { kind: 'notice', event: 'preauth_disconnect' },
  ],
  [
    'Received disconnect from 192.0.2.1 port 22:11: Bye Bye [preauth]',
    { kind: 'notice', event: 'preauth_disconnect' },
  ],
  [
    'error: maximum authentication attempts exceeded for root from 192.0.2.1 port 22 ssh2 [preauth]',
    { kind: 'notice', event: 'too_many_attempts' },
  ],
  ['Did not receive identification string from 192.0.2.1 port 22', { kind: 'notice', event: 'no_banner' }],
  [
    'Unable to negotiate with 192.0.2.1 port 22: no matching key exchange method found. Their offer: a [preauth]',
    { kind: 'notice', event: 'no_common_algorithm' },
  ],
  ['fatal: Timeout before authentication for 192.0.2.1 port 22', { kind: 'notice', event: 'auth_timeout' }],
])('sshd: %s', (message, expected) => {
  const [event, ...more] = events(sshd(message));
  expect(event?.event).toMatchObject(expected);
  expect(event?.client).toMatch(/^(192\.0\.2\.1|2001:db8::1)$/);
  expect(more).toEqual([]);
});

test('an attempt under an unknown name is one, though sshd tells of it twice', () => {
  const told = events(
    sshd('Invalid user eve from 192.0.2.1 port 22'),
    sshd('Failed password for invalid user eve from 192.0.2.1 port 22 ssh2'),
    sshd('Failed password for invalid user eve from 192.0.2.1 port 22 ssh2'),
  );
  expect(told).toHaveLength(2);
});

test('a name cannot pass another address off as its own', () => {
  const [event] = events(sshd('Invalid user x from 203.0.113.9 port 1 from 192.0.2.1 port 22'));
  expect(event?.client).toBe('192.0.2.1');
});

test('a line is what the program in its head wrote, whatever it quotes', () => {
  const quoted = 'Failed password for root from 203.0.113.9 port 22 ssh2';
  expect(
    events(`Feb 12 14:10:21 host myapp[1]: ${quoted}`, `Feb 12 14:10:21 host CRON[1]: ${quoted}`),
  ).toEqual([]);
});

test('a file is of the program that its first line is of', () => {
  const log = new HostLog();
  const jellyfin =
    '[2023-02-12 12:16:05.729 +01:00] [INF] [79] UserManager: Authentication request for "a" has been denied (IP: "192.0.2.1").';
  const immich =
    '[Nest] 7  - 08/02/2023, 7:32:47 PM    WARN [AuthService] Failed login attempt for user a from ip address 203.0.113.9';
  expect(log.read(jellyfin, RECEIVED)).toMatchObject({ ok: true, value: { client: '192.0.2.1' } });
  expect(log.read(immich, RECEIVED)).toEqual({ ok: true, value: undefined });
});

test('the journal as JSON, and access logs within syslog', () => {
  const journal = JSON.stringify({
    MESSAGE: 'Failed password for root from 192.0.2.1 port 22 ssh2',
    SYSLOG_IDENTIFIER: 'sshd',
    __REALTIME_TIMESTAMP: '1690466804216196',
  });
  expect(events(journal)[0]).toMatchObject({ client: '192.0.2.1', event: { at: 1_690_466_804_216 } });
  const access =
    'Jul  8 11:07:07 host nginx[1]: 192.0.2.1 - - [08/Jul/2021:11:07:07 +0000] "GET /a HTTP/1.1" 404 5';
  expect(events(access)[0]?.event).toMatchObject({ kind: 'http', target: '/a', status: 404 });
});

test('sudo and the kernel', () => {
  const [sudo, refused, seen] = events(
    'Feb 12 14:10:21 host sudo[1]:      eve : user NOT in sudoers ; TTY=pts/0 ; PWD=/ ; USER=root ; COMMAND=/bin/sh',
    'Feb 12 14:10:21 host kernel: [1.5] [UFW BLOCK] IN=eth0 OUT= MAC=0 SRC=192.0.2.1 DST=192.0.2.9 PROTO=TCP SPT=1 DPT=22',
    'Feb 12 14:10:21 host kernel: [1.5] [UFW AUDIT] IN=eth0 OUT= MAC=0 SRC=192.0.2.1 DST=192.0.2.9 PROTO=TCP SPT=1 DPT=22',
  );
  expect(sudo?.event).toMatchObject({ event: 'sudo_refused', data: { user: 'eve', command: '/bin/sh' } });
  expect(refused).toMatchObject({
    client: '192.0.2.1',
    event: { event: 'packet_refused', data: { port: '22' } },
  });
  expect(seen?.event).toMatchObject({ event: 'packet_seen' });
});
