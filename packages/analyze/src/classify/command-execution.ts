import type { Classifier, PayloadView, Signal } from './classifier.ts';
import { AMBIGUOUS_COMMANDS, COMMANDS } from './shell-words.ts';

/** Shell commands slipped into a value: behind a separator, in a substitution, or as the whole value. */
export const commandExecution: Classifier = {
  triggers: [
    ';',
    '|',
    '&',
    '`',
    '$(',
    '${',
    '\n',
    '/bin/',
    '/dev/tcp',
    '() {',
    '(){',
    '<!--#',
    'cmd',
    'powershell',
    '/etc/',
    'wget ',
    'curl ',
    'ping',
    'nc ',
    'cat ',
    'ls ',
    'uname',
    'whoami',
    'ifconfig',
    'netstat',
    'dir ',
    'chmod',
    'echo ',
    'perl ',
    'python',
    'system(',
    '$ifs',
    'sleep ',
    'bash',
    'type ',
    'net ',
    'del ',
    'rm ',
    'wmic',
    'certutil',
    '\\bin\\',
    'usr/bin',
    '<!',
    '>(',
    '<(',
    'find ',
    'which ',
  ],

  classify(view: PayloadView): Signal | undefined {
    const { lower } = view;
    if (view.place === 'command') return undefined;
    return (
      shellshock(lower) ??
      serverSide(lower) ??
      known(lower) ??
      separated(view) ??
      substitution(lower) ??
      whole(view)
    );
  },
};

function signal(indicator: string, danger: number, confidence: number, at: number, why: string): Signal {
  const windows = indicator === 'windows_command' || why.includes('powershell');
  return {
    attackType: 'command_execution',
    indicators: [indicator],
    techniques: ['T1190', windows ? 'T1059.003' : 'T1059.004'],
    danger,
    confidence,
    at,
    why,
  };
}

/** CVE-2014-6271: a function definition in an environment variable. */
function shellshock(lower: string): Signal | undefined {
  const at = lower.search(/(?:^|[^\w$\s)])\s{0,4}\(\)\s{0,4}\{\s{0,4}(?:[:_]|[a-z]{1,8};|\(a\)=>)/);
  if (at < 0) return undefined;
  return signal('shellshock', 98, 97, at, 'a Shellshock function definition');
}

function serverSide(lower: string): Signal | undefined {
  const at = lower.indexOf('<!--#exec');
  return at < 0
    ? undefined
    : signal('server_side_include', 95, 96, at, 'a server-side include that runs a command');
}

const KNOWN: readonly (readonly [needle: RegExp, indicator: string, why: string])[] = [
  [/\/dev\/(?:tcp|udp)\/[\w.]/, 'reverse_shell', 'a reverse shell through /dev/tcp'],
  [/\b(?:bash|sh|zsh)\s{1,4}-i\b/, 'reverse_shell', 'an interactive shell is started'],
  [/\bnc(?:at|\.exe)?\s{1,4}-[a-z]{0,6}[elp]/, 'reverse_shell', 'netcat is started'],
  [/\$\{?ifs\b/, 'filter_evasion', '$IFS stands in for blanks'],
  [/\bpowershell(?:\.exe)?\s{1,4}[-/"'(&]/, 'windows_command', 'powershell is started'],
  [/\bcmd(?:\.exe)?\s{0,4}[/\\+]{1,2}\s?[ck]\b/, 'windows_command', 'cmd.exe is started'],
  [/\bcertutil(?:\.exe)?\s{1,4}-/, 'windows_command', 'certutil fetches a file'],
  [
    /\b(?:wget|curl)\s{1,4}(?:-[\w-]{1,20}\s{1,4}){0,6}['"]?(?:https?|ftp):\/\//,
    'download_command',
    'a file is fetched by a command',
  ],
  [/\bchmod\s{1,4}(?:\+x|[0-7]{3,4})\b/, 'make_executable', 'a file is made executable'],
  [
    /(?:^|[\s;|&`(=:'"]|\\n)\/?(?:usr\/)?(?:local\/)?s?bin\/[a-z]{2,12}\b/,
    'system_binary',
    'a program of the system is named by its path',
  ],
  [
    /\bcat\s{1,4}['"]?\/[\w*?]|\bcat\s{0,2}<\s{0,2}\/|\{cat,\//,
    'file_read_command',
    'a file is read by a command',
  ],
  [/\bping\s{1,4}-[nciw]\s{0,4}\d/, 'time_based_command', 'ping is used to wait'],
  [/\brm\s{1,4}-[rf]{1,3}\s/, 'destructive_command', 'files are removed'],
  [
    /\b(?:perl|python[23]?|ruby|php)\s{1,4}-[ecr]\s/,
    'inline_interpreter',
    'an interpreter runs code given to it',
  ],
  [
    /(?:^|[;|&`]\s{0,4})net1?\s{1,4}(?:user|localgroup|view|group|accounts)(?:\s{0,4}$|\s{1,4}\/|\s{1,4}\w{1,20}\s{1,4}\/)/,
    'windows_command',
    'accounts of the machine are listed or changed',
  ],
  [
    /\bnetsh\s{1,4}(?:adv)?(?:firewall|interface)\s/,
    'windows_command',
    'the firewall of the machine is changed',
  ],
  [/\breg\s{1,4}(?:add|query|save)\s/, 'windows_command', 'the registry is read or changed'],
  [/\bwmic\s{1,4}\w{3}/, 'windows_command', 'wmic is used'],
  [/\buname\s{1,4}-[a-z]/, 'system_discovery', 'the system is identified'],
  [/\btype\s{1,4}(?:c:|%systemroot%)/, 'windows_command', 'a file is read by a command'],
];

/** Commands so telling that no separator is needed. */
function known(lower: string): Signal | undefined {
  for (const [needle, indicator, why] of KNOWN) {
    const at = lower.search(needle);
    if (at < 0) continue;
    const lonePath = indicator === 'system_binary' && at === 0 && !/[\s;|&`'"]/.test(lower);
    const shebang = lower.startsWith('#!');
    if (!shebang)
      return signal(indicator, indicator === 'reverse_shell' ? 98 : 92, lonePath ? 72 : 88, at, why);
  }
  return undefined;
}

interface Piece {
  readonly separator: string;
  /** Behind the separator. */
  readonly at: number;
}

const MAX_PIECES = 512;

/** `; id`, `| cat /etc/passwd`, `&& whoami`, `%0a ls -la`. */
function separated(view: PayloadView): Signal | undefined {
  const { lower } = view;
  const pieces = split(lower);
  // A Markdown table and a list of words are full of bars.
  const bars = pieces.filter((piece) => piece.separator === '|').length;
  const table = bars > 4 && /\|\s/.test(lower);
  if (table && lower.includes('-|')) return undefined;
  for (const piece of pieces) {
    const command = commandAt(lower, piece.at);
    if (command === undefined) continue;
    const weak = piece.separator === '&' || (piece.separator === '\n' && view.place === 'body');
    const bare = command.arguments === 'none';
    if (command.ambiguous && command.arguments !== 'shell') continue;
    if (weak && bare && piece.at > 3 && !command.ends) continue;
    if (bare && !command.ends) continue;
    if (command.arguments === 'words' && piece.separator !== '`') continue;
    const spaced = /[a-z0-9]{2,} $/.test(
      lower.slice(Math.max(0, piece.at - 8), piece.at - piece.separator.length),
    );
    if (bare && (table || (spaced && piece.separator !== ';'))) continue;
    if (weak && bare && spaced) continue;
    if (view.place === 'header' && piece.separator === ';' && bare) continue;
    return signal(
      'command_separator',
      92,
      bare ? 75 : 90,
      piece.at,
      `the command ${command.name} behind ${JSON.stringify(piece.separator)}`,
    );
  }
  return undefined;
}

function split(lower: string): readonly Piece[] {
  const pieces: Piece[] = [];
  for (let i = 0; i < lower.length && pieces.length < MAX_PIECES; i++) {
    const char = lower[i] as string;
    if (char !== ';' && char !== '|' && char !== '&' && char !== '\n' && char !== '\r') continue;
    const doubled = lower[i + 1] === char && (char === '|' || char === '&');
    pieces.push({ separator: doubled ? char + char : char, at: i + (doubled ? 2 : 1) });
    if (doubled) i++;
  }
  return pieces;
}

interface Command {
  readonly name: string;
  readonly ambiguous: boolean;
  /** What follows: nothing, words as in a sentence, or something only a shell would be given. */
  readonly arguments: 'none' | 'words' | 'shell';
  /** Nothing but another separator, a quote or the end follows. */
  readonly ends: boolean;
}

/** The command whose name starts at `at`, through blanks, quotes and a path. */
function commandAt(lower: string, from: number): Command | undefined {
  let at = from;
  while (at < from + 16 && /[\s'"(@+\\]/.test(lower[at] ?? '')) at++;
  const start = at;
  while (at < start + 48 && /[\w./\\-]/.test(lower[at] ?? '')) at++;
  const word = lower.slice(start, at).replace(/\\[nr]$/, '');
  const path = word.search(/[/\\][^/\\]*$/);
  const name = word.slice(path + 1);
  const bare = name.replace(/\.exe$/, '');
  const rooted = path >= 0 && /bin|system32/.test(word);
  const ambiguous = AMBIGUOUS_COMMANDS.has(bare);
  if (!ambiguous && !COMMANDS.has(bare) && !COMMANDS.has(name)) return undefined;
  if (path >= 0 && !rooted) return undefined;
  const rest = lower.slice(at, at + 80);
  const ends = /^\s{0,8}(?:$|[;|&`'")#>\n\r\0<\\%]|\/\/)/.test(rest);
  return { name, ambiguous: ambiguous && !rooted, arguments: ends ? 'none' : shape(rest), ends };
}

function shape(rest: string): Command['arguments'] {
  if (!/^[\s+<>,$]/.test(rest)) return /^[/\\]/.test(rest) ? 'shell' : 'words';
  return /^[\s+]{1,8}(?:[-/~$*%.<>]|\d+(?:\.\d+){0,3}\s{0,4}(?:$|[;|&`'")#])|[a-z]:|['"]?[/$]|[\w-]*\.[a-z]{2,4}\b|[\w-]+\/|https?:|["'(])|^[<>,$]/.test(
    rest,
  )
    ? 'shell'
    : 'words';
}

/** `` `id` ``, `$(id)`. */
function substitution(lower: string): Signal | undefined {
  let close = -1;
  for (let at = 0; at < lower.length; at++) {
    const tick = lower[at] === '`';
    const dollar = (lower[at] === '$' || lower[at] === '<' || lower[at] === '>') && lower[at + 1] === '(';
    if (!tick && !dollar) continue;
    const start = at + (tick ? 1 : 2);
    // Closing brackets are looked for from where the last one was found: each is passed once.
    if (dollar && close < start) close = lower.indexOf(')', start);
    const end = tick ? lower.indexOf('`', start) : close;
    if (end < 0) return undefined;
    const command = end - start < LONGEST_SUBSTITUTION ? commandAt(lower, start) : undefined;
    const plain = command?.ambiguous === true && command.arguments !== 'shell';
    if (command !== undefined && (dollar || (!plain && standsAlone(lower, at, end))))
      return signal(
        'command_substitution',
        92,
        dollar ? 92 : 82,
        at,
        `the command ${command.name} in a substitution`,
      );
    if (tick) at = end;
  }
  return undefined;
}

const LONGEST_SUBSTITUTION = 512;

/** Code spans in Markdown name commands as well, but inside sentences; an injected one ends the value. */
function standsAlone(lower: string, at: number, end: number): boolean {
  const glued = at > 0 && /\S/.test(lower[at - 1] as string);
  const noWords = /^[^a-z]*$/.test(lower.slice(Math.max(0, at - 12), at));
  return (glued || noWords) && end > lower.length - 6;
}

/** The value is nothing but a command with the arguments of one: `cat /etc/passwd`, `ls -la`. */
function whole(view: PayloadView): Signal | undefined {
  if (view.place === 'header' || view.place === 'path' || view.lower.length > 200) return undefined;
  const command = commandAt(view.lower, 0);
  if (command === undefined || command.arguments !== 'shell') return undefined;
  const sharp = /\s(?:-[a-z]|\/[a-z]|[a-z]:\\|\d+\.\d+\.\d+\.\d+|~\/)/.test(view.lower.slice(0, 80));
  if (!sharp) return undefined;
  return signal(
    'shell_command',
    88,
    command.ambiguous ? 65 : 72,
    0,
    `the value is the command ${command.name}`,
  );
}
