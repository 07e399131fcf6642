import type { Classifier, PayloadView, Signal } from './classifier.ts';
import { COMMANDS } from './command-names.ts';
import { commandSubstitution } from './command-substitution.ts';
import { KNOWN_COMMAND_LITERALS, knownCommand } from './known-commands.ts';
import { plainShell } from './plain-shell.ts';
import { separatedCommand } from './separated-command.ts';
import { shellInvocation } from './shell-invocation.ts';

/** Shell commands slipped into a value: behind a separator, in a substitution, or as the whole value. */
export const commandExecution: Classifier = {
  triggers: [
    ...KNOWN_COMMAND_LITERALS,
    ';',
    '|',
    '&',
    '`',
    '$(',
    '<(',
    '>(',
    '${',
    '\n',
    '\\n',
    '\\r',
    '() {',
    '(){',
    '^',
    '<!--#',
    'netstat',
    'dir ',
    'echo ',
    'sleep ',
    'type ',
    'ls ',
    'del ',
    'find ',
    'whoami',
    'cat ',
    'curl ',
    'wget ',
  ],

  classify(view: PayloadView): Signal | undefined {
    const { lower } = view;
    if (view.place === 'command') return undefined;
    return (
      shellshock(lower) ??
      serverSide(lower) ??
      known(lower) ??
      separated(view, lower) ??
      substitution(lower) ??
      disguised(view) ??
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

/** Commands so telling that no separator is needed. */
function known(lower: string): Signal | undefined {
  const found = knownCommand(lower);
  if (found === undefined || lower.startsWith('#!')) return undefined;
  const { indicator, at, why } = found;
  const lonePath = indicator === 'system_binary' && at === 0 && !/[\s;|&`'"]/.test(lower);
  // `/usr/local/bin/node` in a document: where a program is, and none that an intruder starts.
  if (lonePath && !COMMANDS.has(lower.slice(lower.lastIndexOf('/') + 1))) return undefined;
  return signal(indicator, indicator === 'reverse_shell' ? 98 : 92, lonePath ? 72 : 88, at, why);
}

function separated(view: PayloadView, lower: string): Signal | undefined {
  const habits = { lines: view.place === 'body', semicolons: view.place === 'header' };
  const found = separatedCommand(lower, habits);
  if (found === undefined) return undefined;
  const { name, separator, at, bare } = found;
  const why = `the command ${name} behind ${JSON.stringify(separator)}`;
  return signal('command_separator', 92, bare ? 75 : 90, at, why);
}

function substitution(lower: string): Signal | undefined {
  const found = commandSubstitution(lower);
  if (found === undefined) return undefined;
  const { name, at, sure } = found;
  return signal('command_substitution', 92, sure ? 92 : 82, at, `the command ${name} in a substitution`);
}

/** A command that shows only once the quotes and escapes inside its words are gone. */
function disguised(view: PayloadView): Signal | undefined {
  const plain = plainShell(view.lower);
  if (plain === view.lower) return undefined;
  const found = separated(view, plain) ?? substitution(plain) ?? known(plain);
  if (found === undefined) return hidden(view.lower, plain);
  const why = `${found.why}, its words broken up`;
  return { ...found, indicators: [...found.indicators, 'filter_evasion'], at: 0, why };
}

/** `w^hoami`, `c''at x`: nobody breaks up the name of a command that stands alone but to hide it. */
function hidden(lower: string, plain: string): Signal | undefined {
  const command = BROKEN_WORD.test(lower) ? shellInvocation(plain, 0) : undefined;
  if (command === undefined || (command.ambiguous && command.arguments !== 'shell')) return undefined;
  return signal('filter_evasion', 90, 85, 0, `the command ${command.name}, its letters kept apart`);
}

const BROKEN_WORD = /^\W{0,4}[a-z]{0,12}(?:\^|\$@|\$\*|''|""|``|\\)[a-z]/;

/** The value is nothing but a command with the arguments of one: `cat /etc/passwd`, `ls -la`. */
function whole(view: PayloadView): Signal | undefined {
  if (view.place === 'header' || view.place === 'path' || view.lower.length > 200) return undefined;
  const command = shellInvocation(view.lower, 0);
  if (command === undefined || command.arguments !== 'shell') return undefined;
  const sharp = /\s(?:-[a-z]|\/[a-z]|[a-z]:\\|\d+\.\d+\.\d+\.\d+|~\/)/.test(view.lower.slice(0, 80));
  const drive = !command.ambiguous && /\s[a-z]:/.test(view.lower);
  if (!(sharp || drive) || /\s[a-z']{2,}(?: [a-z']{1,12}){2,}/.test(view.lower)) return undefined;
  return signal(
    'shell_command',
    88,
    command.ambiguous ? 65 : 72,
    0,
    `the value is the command ${command.name}`,
  );
}
