import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Notification, Notifier } from '@aegis/ports';
import { notifierConformance } from '@aegis/ports/conformance';
import { type Certificates, makeCertificates } from '@aegis/testing';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openSmtpNotifier } from './smtp-notifier.ts';

interface Mail {
  readonly from: string;
  readonly to: readonly string[];
  readonly raw: string;
  readonly secure: boolean;
  readonly user: string | undefined;
}

let folder: string;
let certificates: Certificates;
let server: SMTPServer;
let port = 0;
let mails: Mail[] = [];

function start(at: number, options: SMTPServerOptions = {}): Promise<void> {
  server = new SMTPServer({
    key: readFileSync(certificates.keyFile),
    cert: readFileSync(certificates.certFile),
    onAuth: ({ username, password }, _, done) =>
      username === 'aegis' && password === 'a secret'
        ? done(null, { user: username })
        : done(new Error('no')),
    onData(stream, { envelope, secure, user }, done) {
      let raw = '';
      stream.on('data', (chunk: Buffer) => {
        raw += chunk.toString();
      });
      stream.on('end', () => {
        const from = envelope.mailFrom === false ? '' : envelope.mailFrom.address;
        const to = envelope.rcptTo.map(({ address }) => address);
        mails.push({ from, to, raw, secure, user: user as string | undefined });
        done();
      });
    },
    ...options,
  });
  server.on('error', () => {});
  return new Promise((resolve) =>
    server.listen(at, '127.0.0.1', () => {
      port = (server.server.address() as AddressInfo).port;
      resolve();
    }),
  );
}
const stop = (): Promise<void> => new Promise((resolve) => server.close(() => resolve()));

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'aegis-smtp-'));
  certificates = makeCertificates(folder);
  await start(0);
});
afterAll(async () => {
  await stop();
  rmSync(folder, { recursive: true });
});

interface Change {
  readonly scheme?: string;
  readonly password?: string;
  readonly caFile?: string;
}

const open = ({
  scheme = 'smtp',
  password = 'a secret',
  caFile = certificates.caFile,
}: Change = {}): Notifier =>
  openSmtpNotifier({
    url: `${scheme}://127.0.0.1:${port}`,
    from: 'aegis@example.org',
    to: ['soc@example.org', 'boss@example.org'],
    username: 'aegis',
    password,
    caFile,
  });

/** Headers, with their folding undone, and the body, with quoted-printable and base64 undone. */
function read({ raw }: Mail): { readonly headers: readonly string[]; readonly text: string } {
  const at = raw.indexOf('\r\n\r\n');
  const headers = raw
    .slice(0, at)
    .replace(/\r\n[ \t]+/g, ' ')
    .split('\r\n');
  const body = raw.slice(at + 4);
  const encoding = headers.find((line) => /^content-transfer-encoding:/i.test(line)) ?? '';
  if (/base64/i.test(encoding)) return { headers, text: Buffer.from(body, 'base64').toString() };
  if (!/quoted-printable/i.test(encoding)) return { headers, text: body };
  const bytes = body
    .replace(/=\r\n/g, '')
    .replace(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return { headers, text: Buffer.from(bytes, 'latin1').toString() };
}

const KNOWN = /^(?:From|To|Subject|Message-ID|Date|MIME-Version|Auto-Submitted|Content-[\w-]+): /i;

notifierConformance('SMTP', {
  open: async () => {
    mails = [];
    return open();
  },
  received: () => mails.map((mail) => `${read(mail).headers.join('\n')}\n${read(mail).text}`),
  active: () =>
    mails
      .filter((mail) => {
        const { headers, text } = read(mail);
        const isPlain = headers.some((line) => /^content-type: text\/plain/i.test(line));
        const isKnown = headers.every((line) => KNOWN.test(line));
        const recipients = mail.to.join() === 'soc@example.org,boss@example.org';
        return !isPlain || !isKnown || !recipients || /https?:\/\/|everyone@/.test(text);
      })
      .map(({ raw }) => raw),
  goAway: stop,
  comeBack: () => start(port),
  isAcknowledged: true,
});

const message: Notification = {
  ...{ id: 'n/1', at: 0, event: 'decision', level: 'HIGH', title: 'A ban', count: 1, items: [], node: 'n' },
};

test('it logs in over TLS that STARTTLS began, and says who it is for', async () => {
  mails = [];
  await open().send(message);
  expect(mails).toMatchObject([
    { from: 'aegis@example.org', to: ['soc@example.org', 'boss@example.org'], secure: true, user: 'aegis' },
  ]);
  const { headers } = read(mails[0] as Mail);
  expect(headers).toContain('Subject: A ban');
  expect(headers).toContain('Message-ID: <n_1@aegis>');
});

test('a certificate that nobody vouches for is not believed, and nothing is sent', async () => {
  mails = [];
  await expect(open({ caFile: '' }).send(message)).rejects.toMatchObject({ code: 'notifier_unavailable' });
  await expect(open({ caFile: '/nowhere/ca.pem' }).send(message)).rejects.toThrow(/nowhere.*cannot be read/);
  expect(mails).toEqual([]);
});

test('a server that takes STARTTLS away gets neither message nor password', async () => {
  await stop();
  const seen: string[] = [];
  await start(port, {
    disabledCommands: ['STARTTLS'],
    allowInsecureAuth: true,
    onAuth: (auth, _, done) => {
      seen.push(String(auth.password));
      done(null, { user: 'aegis' });
    },
  });
  mails = [];
  await expect(open().send(message)).rejects.toMatchObject({ code: 'notifier_unavailable' });
  expect(seen).toEqual([]);
  await open({ scheme: 'smtp+plain' }).send(message);
  expect(mails).toMatchObject([{ secure: false }]);
  await stop();
  await start(port);
});

test('TLS from the first byte', async () => {
  await stop();
  await start(port, { secure: true });
  mails = [];
  await open({ scheme: 'smtps' }).send(message);
  expect(mails).toMatchObject([{ secure: true, user: 'aegis' }]);
  await stop();
  await start(port);
});

test('a wrong password can be mended; a message that the server will not have cannot', async () => {
  await expect(open({ password: 'wrong' }).send(message)).rejects.toMatchObject({
    code: 'notifier_unavailable',
  });
  await stop();
  await start(port, {
    onData(stream, _, done) {
      stream.resume();
      stream.on('end', () => done(Object.assign(new Error('spam'), { responseCode: 554 })));
    },
  });
  await expect(open().send(message)).rejects.toMatchObject({ code: 'notifier_refused' });
  await stop();
  await start(port);
});
