import { product, type Spellings } from './spelling.ts';

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
  'c§{x}at',
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

export const COMMAND_SPELLINGS: readonly Spellings[] = [
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
    texts: product([';', '|', '||', '&&', '%0a', ';§{IFS}', '; '], HIDDEN_NAMES, [
      ' /etc/hosts',
      '§{IFS}/etc/hosts',
      '$IFS$9/etc/hosts',
      '%09/etc/hosts',
      '</etc/hosts',
      '%20/etc/hosts',
    ]),
  },
];
