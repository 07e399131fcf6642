import { type Random, seededRandom } from '@aegis/model';
import { expect, test } from 'vitest';
import { normalize } from '../normalize/normalize.ts';
import { createReader } from './create-reader.ts';
import { LineSplitter, type SplitLine } from './line-splitter.ts';
import type { ReaderFormat } from './reader.ts';

/** Damage to good lines. Every run is another; a failure names the seed, which SEED in the environment sets. */
const SEED = Number(process.env.SEED ?? Date.now() % 2 ** 31);
const MUTANTS = 2000;
const MAX_LINE = 20_000;
const RECEIVED_AT = Date.UTC(2026, 0, 1);

const ZEEK_HEADER = [
  '#separator \\x09',
  '#unset_field\t-',
  '#path\thttp',
  '#fields\tts\tid.orig_h\tid.orig_p\tmethod\thost\turi\tuser_agent\tstatus_code\ttags',
];
const W3C_HEADER = [
  '#Version: 1.0',
  '#Fields: date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) cs(Referer) cs(Cookie) sc-status',
];
const HEADERS: Readonly<Partial<Record<ReaderFormat, readonly string[]>>> = {
  'w3c-log': W3C_HEADER,
  'zeek-http': ZEEK_HEADER,
};
const GOOD: Readonly<Record<ReaderFormat, readonly string[]>> = {
  tanner: [
    '{"sess_uuid":"a-1","peer_ip":"192.0.2.1","peer_port":54321,"user_agent":"sqlmap/1.5.2","start_time":1698364800,"attack_types":{"/login":"sqli"},"requests":[{"method":"POST","path":"/login","headers":{"Host":"x"},"cookies":{"a":"b"}}]}',
    '{"sess_uuid":"b-2","peer_ip":"2001:db8::1","snare_uuid":"s","start_time":1698364800.5,"attack_types":["lfi"],"location":{"country_code":"DE"},"paths":[{"path":"/?f=/etc/passwd","timestamp":1698364830.25,"response_status":200,"attack_type":"lfi"}],"possible_owners":{"attacker":1.0},"hidden_links":1}',
  ],
  snare: [
    '{"method":"POST","path":"/a?b=c","headers":{"User-Agent":"x"},"cookies":{"sess_uuid":"y"},"uuid":"s","peer":{"ip":"192.0.2.1","port":4000},"status":200,"post_data":{"a":"b"},"timestamp":1698364800}',
  ],
  cowrie: [
    '{"eventid":"cowrie.login.failed","username":"root","password":"x","src_ip":"192.0.2.1","session":"abc","timestamp":"2020-12-08T06:28:44.123456Z","sensor":"trap"}',
    '{"eventid":"cowrie.session.file_download","url":"http://192.0.2.9/x","shasum":"00","src_ip":"192.0.2.1","session":"abc","timestamp":"2020-12-08T06:28:44.123456Z"}',
  ],
  'access-log': [
    'example.com 192.0.2.1 - bob [29/Sep/2021:14:11:34 +0200] "GET /\\x22a?b=c HTTP/1.1" 200 45 "http://r/" "Mozilla \\"x\\""',
    '192.0.2.1 - - [29/Sep/2021:14:11:34 +0200] "GET / HTTP/1.1" 404 162',
  ],
  'json-access-log': [
    '{"ts":1638972163.25,"request":{"client_ip":"192.0.2.1","remote_port":"4711","method":"GET","host":"h","uri":"/a?b=c","headers":{"User-Agent":["curl/8"],"Cookie":["a=1; b=2"]}},"status":404}',
    '{"time_local":"08/Dec/2021:15:02:43 +0100","remote_addr":"192.0.2.1","request":"GET /x?y=\\\\x22z HTTP/1.1","status":"200","http_user_agent":"-"}',
  ],
  'host-log': [
    'Feb 12 14:10:21 host sshd[16378]: Failed password for invalid user eve from 192.0.2.1 port 53502 ssh2',
    '<35>1 2022-01-19T15:14:32+00:00 host audit 24409 - [meta sequenceId="4"] /index.php: Web GUI authentication error for \'eve\' from 192.0.2.1',
    '{"MESSAGE":"Invalid user eve from 192.0.2.1 port 1","SYSLOG_IDENTIFIER":"sshd","__REALTIME_TIMESTAMP":"1690466804216196"}',
    'May 11 04:02:33 host postfix/smtpd[26897]: warning: unknown[192.0.2.1]: SASL LOGIN authentication failed: x',
  ],
  'w3c-log': [
    '2026-10-27 02:00:00 192.0.2.4 GET /a.aspx id=%27 443 - 192.0.2.1 Mozilla/5.0+(x) http://r/ a=b;+c=d 404',
    '2026-10-27\t02:00:00\t192.0.2.4\tPOST\t/b\t-\t80\tbob\t2001:db8::1\tcurl/8%20x\t-\t-\t200',
  ],
  'zeek-http': [
    '1638972163.464763\t192.0.2.1\t39490\tGET\texample.org\t/a?b=\\x22\tNikto\t404\tHTTP::URI_SQLI',
    '{"ts":1638972163.4,"id.orig_h":"192.0.2.1","id.orig_p":1,"method":"GET","uri":"/","tags":["HTTP::URI_SQLI"]}',
  ],
};

const HOSTILE = [
  '__proto__',
  'constructor',
  '\0',
  '\r',
  '"',
  '\\',
  '\\x',
  '\\u0000',
  '\\ud800',
  '[',
  '{',
  ']',
  '}',
  ':',
  ',',
  '\t',
  ' ',
  '-',
  '-0',
  '1e999',
  '99999999999999999999',
  'null',
  'true',
  '[]',
  '{}',
  '""',
  '😀',
  '\u2028',
  '\u202e',
  '%00',
  '../',
];
/** Values for any field, as JSON. */
const VALUES = [
  'null',
  'true',
  '-0',
  '1e999',
  '1e-9',
  '[]',
  '{}',
  '""',
  '[[[[[]]]]]',
  '{"__proto__":{"polluted":1}}',
  '{"length":1e9}',
  '"\\ud800\\u0000"',
  '"99999-01-01T00:00:00Z"',
  '"::ffff:1.2.3.4/96"',
  '[null,1,"x",{"path":1},{"path":"/"}]',
  `"${'A'.repeat(5000)}"`,
  `[${'{"path":"/"},'.repeat(300)}null]`,
];

test.each(Object.keys(GOOD) as ReaderFormat[])(
  `%s stands thousands of damaged lines (SEED=${SEED})`,
  (format) => {
    const random = seededRandom(SEED);
    const pick = <T>(list: readonly T[]): T => list[Math.floor(random.next() * list.length)] as T;
    const chunks: Buffer[] = [];
    const add = (bytes: Buffer): void => {
      chunks.push(bytes, Buffer.from('\n'));
    };
    for (const line of HEADERS[format] ?? []) add(Buffer.from(line));
    const first = chunks.length / 2;
    for (let i = 0; i < MUTANTS; i++) {
      let mutant: Buffer = Buffer.from(pick(GOOD[format]));
      for (let times = random.next() * 3; times > 0; times--) mutant = mutate(mutant, random);
      // A line of a table that begins with # is a header, which says how the rows after it are read.
      if (mutant[0] === 35) mutant = Buffer.concat([Buffer.from(' '), mutant]);
      add(mutant.subarray(0).map((byte) => (byte === 10 ? 32 : byte)) as Buffer);
      add(Buffer.from(pick(GOOD[format])));
    }

    const reader = createReader(format);
    let good = 0;
    let bad = 0;
    for (const line of split(Buffer.concat(chunks), random)) {
      const item = line.text.ok ? reader.read(line.text.value) : line.text;
      const isGood = line.line > first && (line.line - first) % 2 === 0;
      if (isGood && !item.ok) throw new Error(`line ${line.line} was spoilt: ${item.error.message}`);
      if (item.ok) {
        good++;
        if (item.value?.kind === 'session') normalize(item.value.session, { receivedAt: RECEIVED_AT });
        continue;
      }
      bad++;
      const { error } = item;
      expect(error.column !== undefined || error.field !== undefined, error.message).toBe(true);
      expect(error.message.length).toBeLessThan(600);
      expect(error.column ?? 1).toBeGreaterThan(0);
    }
    expect(good).toBeGreaterThan(MUTANTS);
    expect(bad).toBeGreaterThan(MUTANTS / 5);
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  },
);

function split(bytes: Buffer, random: Random): readonly SplitLine[] {
  const splitter = new LineSplitter({ maxLineBytes: MAX_LINE });
  const lines: SplitLine[] = [];
  for (let at = 0; at < bytes.length; ) {
    const size = 1 + Math.floor(random.next() * 5000);
    lines.push(...splitter.push(bytes.subarray(at, at + size)));
    at += size;
  }
  return [...lines, ...splitter.end()];
}

function mutate(line: Buffer, random: Random): Buffer {
  const below = (bound: number): number => Math.floor(random.next() * bound);
  const pick = <T>(list: readonly T[]): T => list[below(list.length)] as T;
  const at = below(line.length + 1);
  const to = Math.min(line.length, at + 1 + below(8));
  const splice = (middle: Buffer | string, end = at): Buffer =>
    Buffer.concat([line.subarray(0, at), Buffer.from(middle), line.subarray(end)]);
  switch (below(10)) {
    case 0:
      return Buffer.from(line.subarray(0, at));
    case 1:
      return Buffer.from(line.subarray(at));
    case 2:
      return splice('', to);
    case 3:
      return splice(pick(HOSTILE));
    case 4:
      return splice(pick(HOSTILE), to);
    case 5:
      return splice(Buffer.from([128 + below(128), below(256)]), to);
    case 6:
      return splice(line.subarray(at, to).toString('latin1').repeat(below(60)), to);
    case 7:
      return splice(pick(['[', '{"a":', 'x', '\\', '"\\', ' ']).repeat(pick([10, 1000, 30_000])));
    default: {
      const text = line.toString('latin1');
      const fields = [
        ...text.matchAll(/:(?=["\d[{])("[^"]{0,200}"|[\d.]{1,20}|\[[^\]]{0,200}\]|\{[^}]{0,200}\})/g),
      ];
      const field = fields[below(fields.length)];
      if (field === undefined) return splice(pick(HOSTILE), to);
      const start = field.index + 1;
      return Buffer.from(
        text.slice(0, start) + pick(VALUES) + text.slice(field.index + field[0].length),
        'latin1',
      );
    }
  }
}
