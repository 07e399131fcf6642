import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { detectFormat } from './detect-format.ts';
import { LineSplitter } from './line-splitter.ts';

/** Log lines of real servers, by scenario; on the machines that have them. */
const HUB = new URL('../../../../../shared/data/logs/hub/', import.meta.url);

const CLF = '192.0.2.1 - - [29/Sep/2021:14:11:34 +0200] "GET / HTTP/1.1" 200 1 "-" "-"';

test.each([
  ['tanner', '{"sess_uuid":"a","peer_ip":"192.0.2.1","start_time":1698364800}'],
  [
    'cowrie',
    '{"eventid":"cowrie.session.closed","src_ip":"192.0.2.1","session":"a","timestamp":"2021-12-08T14:02:43Z"}',
  ],
  ['snare', '{"method":"GET","path":"/","peer":{"ip":"192.0.2.1","port":1},"uuid":"s","status":200}'],
  ['zeek-http', '{"ts":1638972163.4,"id.orig_h":"192.0.2.1","method":"GET","uri":"/"}'],
  [
    'json-access-log',
    '{"ts":1638972163.4,"request":{"remote_ip":"192.0.2.1","method":"GET","uri":"/"},"status":200}',
  ],
  ['access-log', CLF],
])('%s', (format, line) => {
  expect(detectFormat(['', line, line, 'noise', ''])).toMatchObject({ ok: true, value: { format } });
});

test('the reader has read the header, so that reading may begin below it', () => {
  const row = '1638972163|192.0.2.1|GET|/';
  const found = detectFormat(['#separator \\x7c', '#fields|ts|id.orig_h|method|uri', row]);
  expect(found).toMatchObject({ ok: true, value: { format: 'zeek-http' } });
  expect(found.ok && found.value.read(row).ok).toBe(true);
});

test('a W3C log and a log of Zeek are told apart by their headers alone', () => {
  const w3c = ['#Software: IIS', '#Version: 1.0', '#Date: 2026-10-27 02:00:00', '#Fields: date time c-ip'];
  const zeek = ['#separator \\x09', '#path\thttp', '#fields\tts\tid.orig_h\tmethod\turi'];
  expect(detectFormat(w3c)).toMatchObject({ ok: true, value: { format: 'w3c-log' } });
  expect(detectFormat([...w3c, '2026-10-27 02:00:00 192.0.2.1'])).toMatchObject({
    ok: true,
    value: { format: 'w3c-log' },
  });
  expect(detectFormat(zeek)).toMatchObject({ ok: true, value: { format: 'zeek-http' } });
});

test('nothing fits: what was tried and how the sample begins', () => {
  const found = detectFormat(['type=SYSCALL msg=audit(1)', CLF, 'x', 'y']);
  expect(found).toMatchObject({
    ok: false,
    error: {
      kind: 'unknown_format',
      tried: [{ format: 'access-log', share: 0.25 }, {}, {}, {}, {}, {}, {}, {}],
    },
  });
  expect(!found.ok && found.error.message).toContain('access-log 25%');
  expect(!found.ok && found.error.message).toContain('type=SYSCALL');
  expect(detectFormat(['', '  '])).toMatchObject({ ok: false, error: { kind: 'empty_sample' } });
});

test('real access logs are recognised and every line of them is read', ({ skip }) => {
  if (!existsSync(HUB)) skip('the shared log lines are not on this machine');
  const counts = new Map<string, number>();
  for (const file of hubLogs()) {
    const lines = linesOf(file);
    const isAccessLog = lines.some((line) => /HTTP\/[\d.]+" \d{3} /.test(line) && !line.includes('elb'));
    if (!isAccessLog && !file.includes('traefik_base')) continue;
    const found = detectFormat(lines);
    if (!found.ok) throw new Error(`${file}: ${found.error.message}`);
    for (const line of lines) {
      const item = found.value.read(line);
      if (!item.ok) throw new Error(`${file}: ${item.error.message}\n${line}`);
    }
    counts.set(found.value.format, (counts.get(found.value.format) ?? 0) + lines.length);
  }
  expect(counts.get('access-log')).toBeGreaterThan(250);
  expect(counts.get('json-access-log')).toBe(80);
});

test('real logs of other programs of a host are one format', ({ skip }) => {
  if (!existsSync(HUB)) skip('the shared log lines are not on this machine');
  for (const name of [
    'cowrie_telnet-bf',
    'ssh-bf',
    'windows-bf',
    'modsecurity-nginx',
    'mongodb-bf',
    'dovecot-time',
  ])
    for (const file of hubLogs().filter((path) => path.includes(`/${name}`)))
      expect(detectFormat(linesOf(file)), file).toMatchObject({ ok: true, value: { format: 'host-log' } });
});

test('a real line in full', ({ skip }) => {
  const file = hubLogs().find((path) => path.includes('apache_log4j2'));
  if (file === undefined) skip('the shared log lines are not on this machine');
  const [line = ''] = linesOf(file ?? '');
  const found = detectFormat([line]);
  const item = found.ok ? found.value.read(line) : found;
  expect(item).toMatchObject({
    value: {
      event: {
        at: Date.UTC(2021, 11, 10, 14, 25, 38),
        client: '192.168.1.3',
        userAgent: expect.stringMatching(/^\$\{jndi:ldap:\/\/45\.155\.205\.233:12344\//),
        observation: { method: 'GET', target: '/', status: 401 },
      },
    },
  });
});

function hubLogs(): readonly string[] {
  if (!existsSync(HUB)) return [];
  return readdirSync(HUB, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.log'))
    .map((path) => new URL(path, HUB).pathname);
}

function linesOf(file: string): readonly string[] {
  const splitter = new LineSplitter();
  const lines = [...splitter.push(readFileSync(file)), ...splitter.end()];
  return lines.flatMap(({ text }) => (text.ok && text.value !== '' ? [text.value] : []));
}
