import type { ShellInvocation } from './shell-invocation.ts';

/** What a value may hold in front of the separator: nothing but what closes something, or a host, a number, a file. */
const CLOSED = /^['"()\s]{0,3}$/;
const TARGET = /^[\w.:@/-]{0,48}[\d.][\w.:@/-]{0,48}['")]{0,3}$/;
const LONGEST_TARGET = 100;
const LONGEST_COMMAND = 100;
/** The name of a command and a few short arguments, to the end of the value or to a further separator. */
const SHORT_COMMAND =
  /^\s?['"(@]{0,2}([a-z][\w.-]{0,15})((?:\s{1,3}(?:[\w./:@*~$=,\\-]{1,32}|'[^']{0,24}'|"[^"]{0,24}"|[<>]{1,2}\s?[\w./]{1,24})){0,3})\s{0,3}['")#]{0,3}(?:$|[;|&])/;
const WORDS_ONLY = /^(?:\s{1,3}[a-z]{3,})*$/;

/**
 * Whether the command at `at` stands right behind a `separator` that (nearly) begins the value: no sentence and no
 * list begins like that, so that a command whose name is a word as well, with arguments that are words, is one.
 */
export function isLeadingCommand(
  lower: string,
  separator: string,
  at: number,
  command: ShellInvocation,
): boolean {
  if (separator === '\n' || separator === '\r' || separator.startsWith('\\')) return false;
  const start = at - separator.length;
  if (start > LONGEST_TARGET) return false;
  const before = lower.slice(0, start);
  const closed = CLOSED.test(before);
  if (!closed && !TARGET.test(before)) return false;
  const found = SHORT_COMMAND.exec(lower.slice(at, at + LONGEST_COMMAND));
  if (found === null) return false;
  const [, , given = ''] = found;
  // `| Date | Host |` is a table, and "& sons" a name.
  if (separator === '|' && lower[at] === ' ' && lower.includes('|', at)) return false;
  if (separator === '&' && (given === '' || start > 0)) return false;
  return closed || !(command.ambiguous && WORDS_ONLY.test(given));
}
