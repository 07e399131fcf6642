import { COMMANDS } from './command-names.ts';
import { AMBIGUOUS_COMMANDS, NETWORK_COMMANDS, SUBCOMMANDS, WORDY_COMMANDS } from './shell-words.ts';

/** A command as a shell would start it. */
export interface ShellInvocation {
  readonly name: string;
  /** An English word as well. */
  readonly ambiguous: boolean;
  /** An everyday word: only at the start of a value a command. */
  readonly wordy: boolean;
  /** What follows: nothing, words as in a sentence, or something only a shell would be given. */
  readonly arguments: 'none' | 'words' | 'shell';
  /** Nothing but another separator, a quote or the end follows. */
  readonly ends: boolean;
}

const CMDLET =
  /^(?:get|start|stop|invoke|new|set|remove|out|test|write|copy|import|add|select|where|foreach)-(?:process|content|childitem|service|item|itemproperty|location|sleep|webrequest|restmethod|expression|command|object|wmiobject|ciminstance|host|output|date|history|computerinfo|eventlog|netipaddress|module|variable|acl|localuser|connection|netconnection|file|string)$/;
/** Commands that only start another, with what they take first: `sudo id`, `timeout 5 id`, `eval "id"`. */
const LAUNCHER =
  /(?:sudo|exec|eval|nohup|command|builtin|time|env|start|watch|strace|ltrace|xargs|type|setsid|doas|busybox|(?:nice|ionice|timeout|stdbuf|unshare|chroot|taskset|chrt|flock|script)(?:\s{1,4}(?:-[\w.=-]{1,12}|\d{1,4}[smhd]?|\/))?)\s{1,4}['"]?(?=[\w/.])/y;
/** Blanks and what may stand in front of a command, and the characters of its name and path. */
const BEFORE = 1;
const NAME = 2;
const PATH = 4;
const CHARACTERS = new Uint8Array(128);
for (const char of '\t\n\v\f\r \'"(@+{') CHARACTERS[char.charCodeAt(0)] = BEFORE;
for (const char of 'abcdefghijklmnopqrstuvwxyz0123456789_') CHARACTERS[char.charCodeAt(0)] = NAME;
for (const char of './-') CHARACTERS[char.charCodeAt(0)] = NAME | PATH;
CHARACTERS[0x5c] = BEFORE | NAME | PATH;
const NAMES: ReadonlySet<string> = new Set([...COMMANDS, ...AMBIGUOUS_COMMANDS, ...WORDY_COMMANDS]);

/**
 * The command whose name starts at `from` of a text in lower case, through blanks, quotes, brackets and a path.
 * Everyday words are left out but where `wordy` says that they may be one.
 */
export function shellInvocation(lower: string, from: number, wordy = false): ShellInvocation | undefined {
  const found = anyInvocation(lower, from);
  return found?.wordy === true && !wordy ? undefined : found;
}

function anyInvocation(lower: string, from: number): ShellInvocation | undefined {
  let at = from;
  let braced = false;
  while (at < from + 16 && (kindAt(lower, at) & BEFORE) !== 0) {
    braced ||= lower[at] === '{';
    at++;
  }
  LAUNCHER.lastIndex = at;
  const launcher = (kindAt(lower, at) & NAME) === 0 ? null : LAUNCHER.exec(lower);
  if (launcher !== null) {
    const started = plainInvocation(lower, at + launcher[0].length, braced);
    if (started !== undefined)
      return started.ends ? { ...started, arguments: 'shell', ends: false } : started;
  }
  return plainInvocation(lower, at, braced);
}

function kindAt(lower: string, at: number): number {
  const code = lower.charCodeAt(at);
  return code < 128 ? (CHARACTERS[code] as number) : code === 0xa0 ? BEFORE : 0;
}

function plainInvocation(lower: string, start: number, braced: boolean): ShellInvocation | undefined {
  let at = start;
  let seen = 0;
  for (let kind = kindAt(lower, at); (kind & NAME) !== 0 && at < start + 48; kind = kindAt(lower, at)) {
    if (at > start && lower.startsWith('//', at)) break;
    seen |= kind;
    at++;
  }
  // Most words name no command: no further look at them.
  if (at === start || ((seen & PATH) === 0 && !NAMES.has(lower.slice(start, at)))) return undefined;
  const word = lower.slice(start, at).replace(/\\[nr]$/, '');
  const path = word.search(/[/\\][^/\\]*$/);
  const name = word.slice(path + 1);
  const bare = name.replace(/\.(?:exe|com|bat)$/, '');
  const executable = bare !== name && name.endsWith('.exe') && bare !== '';
  const rooted = path >= 0 && /(?:^|\/)s?bin\/|system32/.test(word);
  const wordy = WORDY_COMMANDS.has(bare) && !rooted && !executable;
  const ambiguous = (wordy || AMBIGUOUS_COMMANDS.has(bare)) && !rooted && !executable;
  if (
    !ambiguous &&
    !rooted &&
    !executable &&
    !COMMANDS.has(bare) &&
    !COMMANDS.has(name) &&
    !CMDLET.test(name)
  )
    return undefined;
  if (path >= 0 && !rooted) return undefined;
  const rest = lower.slice(at, at + 80);
  const ends =
    /^\s{0,8}(?:$|[;|&`'")#>\n\r\0<\\]|%0|\/\/|\d>)/.test(rest) || (braced && /^\s{0,4}[,}]/.test(rest));
  // `id=5` and `ls-files` are names of other things.
  if (!ends && !/^[\s+<>$/\\]/.test(rest) && !(braced && rest.startsWith(','))) return undefined;
  if (!ends && PROSE.test(rest) && !SUBCOMMANDS.has(bare)) return undefined;
  return { name, ambiguous, wordy, arguments: ends ? 'none' : shape(bare, rest), ends };
}

/** What could only be an argument: an option, a path, a variable, a number, a host, an address, a redirection. */
const ARGUMENT =
  /^[\s+]{1,8}(?:[-/~$*%.<>!]|\d+(?:\.\d+){0,3}\s{0,4}(?:$|[;|&`'")#])|[a-z]:[\\/]?|[io]f=|['"]?[/$]|[\w-]{0,60}\.[a-z]{2,4}\b|[\w-]{1,60}(?:\.[\w-]{1,60}){2}|[\w-]{1,60}\/|https?:|["'(])|^[<>,$/\\]/;

/** "ls is a command", "wget for Windows": what a sentence goes on with, and no file is called. */
const PROSE =
  /^\s(?:is|are|was|were|does|do|can|could|will|would|has|have|had|means?|stands?|which|that|and|or|but|command|for|in|into|on|of|to|with|without|from|about|a|an|the|this|it|if|when|as|by|at|not|us|me|you|your|my|vs\.?|versus|tutorial|example|examples|meaning)(?![\w./=-])/;

function shape(name: string, rest: string): ShellInvocation['arguments'] {
  // `id` takes a name; a number behind it is one of somebody's own.
  if (name === 'id' && /^\s{1,4}#?\d/.test(rest)) return 'words';
  if (CMDLET.test(name)) return 'shell';
  if (NETWORK_COMMANDS.has(name) && /^\s{1,4}(?:\+|[\w-]{1,63}\.[a-z]{2,24}\b)/.test(rest)) return 'shell';
  if (name === 'expr' && /^\s{1,4}\d/.test(rest)) return 'shell';
  const subcommands = SUBCOMMANDS.get(name);
  if (subcommands !== undefined) {
    const next = /^\s{1,4}([\w-]{1,24})/.exec(rest)?.[1];
    if (next !== undefined && subcommands.has(next)) return 'shell';
  }
  return ARGUMENT.test(rest) ? 'shell' : 'words';
}
