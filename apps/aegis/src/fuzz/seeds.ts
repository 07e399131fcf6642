import type { ReaderFormat } from '@aegis/analyze';
import { ProtoWriter } from '@aegis/protobuf';
import { framed } from '../grpc/message-assembler.ts';

/** Good inputs of each face; what is wrong comes from damage to them. */
export const LOG_LINES: Readonly<Record<ReaderFormat, readonly string[]>> = {
  tanner: [
    '{"sess_uuid":"a-1","peer_ip":"192.0.2.1","peer_port":54321,"user_agent":"curl/8","start_time":1698364800,"attack_types":{"/login":"sqli"},"requests":[{"method":"POST","path":"/login","headers":{"Host":"x"},"cookies":{"a":"b"}}]}',
  ],
  snare: [
    '{"method":"POST","path":"/a?b=c","headers":{"User-Agent":"x"},"cookies":{"sess_uuid":"y"},"uuid":"s","peer":{"ip":"192.0.2.1","port":4000},"status":200,"post_data":{"a":"b"},"timestamp":1698364800}',
  ],
  cowrie: [
    '{"eventid":"cowrie.login.failed","username":"root","password":"x","src_ip":"192.0.2.1","session":"abc","timestamp":"2020-12-08T06:28:44.123456Z","sensor":"trap"}',
  ],
  'host-log': [
    'Nov 22 07:19:09 web sshd[4711]: Failed password for invalid user bob from 192.0.2.1 port 54321 ssh2',
    '<38>1 2026-11-22T07:19:09.123Z web sshd 4711 - - Accepted publickey for bob from 192.0.2.1 port 4711 ssh2',
  ],
  'access-log': [
    '192.0.2.1 - - [29/Sep/2021:14:11:34 +0200] "GET /\\x22a?b=c HTTP/1.1" 200 45 "http://r/" "Mozilla \\"x\\""',
    'Sep 29 14:11:34 web nginx: 192.0.2.1 - - [29/Sep/2021:14:11:34 +0200] "GET / HTTP/1.1" 404 162',
  ],
  'json-access-log': [
    '{"ts":1638972163.25,"request":{"client_ip":"192.0.2.1","remote_port":"4711","method":"GET","host":"h","uri":"/a?b=c","headers":{"Cookie":["a=1; b=2"]}},"status":404}',
  ],
  'w3c-log': [
    '#Fields: date time c-ip cs-method cs-uri-stem cs-uri-query sc-status cs(User-Agent)\n2026-10-27 02:00:00 192.0.2.1 GET /item.aspx id=1+OR+1=1 404 Mozilla/5.0+(X11)',
  ],
  'zeek-http': [
    '#separator \\x09\n#path\thttp\n#fields\tts\tid.orig_h\tid.orig_p\tmethod\thost\turi\n1638972163.4\t192.0.2.1\t39490\tGET\texample.org\t/a?b=\\x22',
    '{"ts":1638972163.4,"id.orig_h":"192.0.2.1","id.orig_p":1,"method":"GET","uri":"/","tags":["HTTP::URI_SQLI"]}',
  ],
};

const ALERT = {
  ...{ scenario: 'ssh-bf', message: 'm', events_count: 6, simulated: false },
  ...{ start_at: '2026-11-22T02:00:00Z', stop_at: '2026-11-22T02:00:09Z' },
  source: { scope: 'Ip', value: '192.0.2.1' },
  decisions: [
    {
      duration: '3h59m58.1s',
      origin: 'crowdsec',
      scenario: 'ssh-bf',
      scope: 'Ip',
      type: 'ban',
      value: '192.0.2.1',
    },
  ],
};
export const CROWDSEC: readonly string[] = [JSON.stringify([ALERT]), 'ip,range, ,country'];

const check = new ProtoWriter()
  .text(1, '192.0.2.1')
  .text(2, 'curl/8')
  .text(4, 'https://example.com/')
  .finish();
const nested = new ProtoWriter().text(1, 'type.googleapis.com/x').bytes(2, check).finish();
export const GRPC_FRAMES: readonly Buffer[] = [check, nested, framed(check), framed(nested)].map((bytes) =>
  Buffer.from(bytes),
);

export const CONFIG: readonly string[] = [
  'preset: production\nhttp:\n  port: 8411\n  trusted_proxies: [10.0.0.0/8, "::1"]\n  limits: { body: 2MiB, grace: 5s }\ntrail:\n  suite: sm3-sm2\n  syslog: tls://log.example:6514\n',
  'feeds:\n  - name: drop\n    url: https://example.com/drop.txt\n    every: 1h\ndecisions:\n  exempt: [192.0.2.0/24]\n',
];
export const POLICY: readonly string[] = [
  'name: p\nstrategies:\n  - name: operator\n    origins: [operator]\n    weight: 10\n    freshness: { kind: none }\n  - name: others\n    origins: ["*"]\n    mode: shadow\nlimits: { max_duration: 7d, widest_ipv4: 16 }\n',
  '{"name":"p","strategies":[{"name":"a","origins":["feed:*"],"freshness":{"kind":"linear","window":"1d","floor":0.2}}]}',
];
export const GUARD: readonly string[] = [
  'preset = "strict"\nshadow_ban = "approval"\n[limits.user]\nper_second = 10\nburst = 20\n[rpc.costs]\nexport = { cost = 100, write = false }\n[states]\ndwell = "5s"\n[overrides]\n"news-bot" = 20\n',
  'preset: production\nlimits:\n  user: { per_second: 10, burst: 20 }\n',
];
export const RULES: readonly string[] = [
  'name: brute\nabout: many sign-ins\non: login\nwhere:\n  success: { equals: false }\ncapacity: 5\nleak: 10s\nattack_type: brute_force\ntechniques: [T1110.001]\nconfidence: 85\npropose: { action: ban, for: 4h }\nfires:\n  - about: a list\n    events:\n      - { repeat: 10, every: 1s, observation: { username: root, success: false } }\ndoes_not_fire:\n  - about: once\n    events:\n      - { observation: { username: eve, success: true } }\n',
];
export const JSON_TEXTS: readonly string[] = [
  '{"b":[1,-0,1e21,0.1,1e-7],"a":{"__proto__":1,"é":"\\ud800","z":null,"":true},"c":"\\u0000\\n\\"\\\\"}',
];
