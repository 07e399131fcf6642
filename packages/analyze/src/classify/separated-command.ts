import { isLeadingCommand } from './leading-command.ts';
import { type ShellInvocation, shellInvocation } from './shell-invocation.ts';
import { TELLING_COMMANDS } from './shell-words.ts';

/** A command behind something that ends the command in front of it. */
export interface SeparatedCommand {
  readonly name: string;
  readonly separator: string;
  readonly at: number;
  /** It stands alone, without arguments. */
  readonly bare: boolean;
}

interface Piece {
  readonly separator: string;
  /** Behind the separator. */
  readonly at: number;
}

const MAX_PIECES = 512;
/** In a text of more pieces a command is judged by what stands around it. */
const MAX_LED = 4;

/** Where the text stands: line breaks and `;` are ordinary in some places. */
export interface SeparatorHabits {
  /** The text may have several lines. */
  readonly lines: boolean;
  /** `;` separates parameters, as in a header. */
  readonly semicolons: boolean;
}

/** "Tickets: adult; child; id; student": nothing but short words between semicolons. */
const WORD_LIST = /^[a-z]{3,24}:?(?: [a-z]{2,24}){0,4}(?:;(?: [a-z]{2,24}){1,4}){2,16}[.;]?$/;
/** Longer names of commands are no words of such a list. */
const LONGEST_WORD = 4;

/** `; id`, `| cat /etc/passwd`, `&& whoami`, `%0a ls -la` in a text in lower case. */
export function separatedCommand(lower: string, habits: SeparatorHabits): SeparatedCommand | undefined {
  const pieces = split(lower);
  // A Markdown table and a list of words are full of bars.
  const bars = pieces.filter((piece) => piece.separator === '|').length;
  const table = bars > 4 && /\|\s/.test(lower);
  if (table && lower.includes('-|')) return undefined;
  const list = pieces.length > 1 && WORD_LIST.test(lower);
  for (const piece of pieces) {
    const command = shellInvocation(lower, piece.at, true);
    if (command === undefined) continue;
    const leading = pieces.length <= MAX_LED && isLeadingCommand(lower, piece.separator, piece.at, command);
    if (!leading && (command.wordy || !isMeant(lower, piece, command, habits, table))) continue;
    if (list && command.arguments !== 'shell' && command.name.length <= LONGEST_WORD) continue;
    const bare = command.arguments === 'none';
    return { name: command.name, separator: piece.separator, at: piece.at, bare };
  }
  return undefined;
}

function isMeant(
  lower: string,
  piece: Piece,
  command: ShellInvocation,
  habits: SeparatorHabits,
  table: boolean,
): boolean {
  const { separator, at } = piece;
  const first = at - separator.length <= 1;
  const bare = command.arguments === 'none';
  const before = lower.slice(Math.max(0, at - separator.length - 8), at - separator.length);
  const sentence = /[a-z0-9]{2,} ?$/.test(before) && lower[at] === ' ';
  const weak = separator === '&' || (separator === '\n' && habits.lines);
  if (command.ambiguous && command.arguments !== 'shell')
    return (!weak || first) && !habits.semicolons && ambiguousAlone(lower, piece, command, first);
  if (command.arguments === 'words')
    return separator === '`' || (TELLING_COMMANDS.has(command.name) && !(weak && sentence));
  if (!bare) return !(command.ambiguous && sentence && weak);
  if (!command.ends || (habits.semicolons && separator === ';')) return false;
  const spaced = /[a-z0-9]{2,} $/.test(before);
  if (table || (spaced && separator !== ';')) return false;
  return !(weak && (spaced || (at > 3 && habits.lines && separator === '\n')));
}

/** Characters looked at behind a separator for a command that stands alone. */
const LONGEST_ALONE = 96;

/** `;who`, `|set` as the whole value, or `;echo x`: words of English, but no sentence starts like that. */
function ambiguousAlone(lower: string, piece: Piece, command: ShellInvocation, first: boolean): boolean {
  const rest = lower.slice(piece.at, piece.at + LONGEST_ALONE).trim();
  if (command.ends)
    return (
      first && piece.separator !== '&' && rest.replace(/[^a-z].*$/s, '') === command.name && rest.length < 16
    );
  const glued = lower[piece.at] !== ' ' || first;
  return glued && /^(?:echo|printf)\s{1,4}[\w'"]{1,24}['"]?(?:$|[;|&>#`])/.test(rest);
}

function split(lower: string): readonly Piece[] {
  const pieces: Piece[] = [];
  for (let i = 0; i < lower.length && pieces.length < MAX_PIECES; i++) {
    const char = lower[i] as string;
    // A line break that was escaped once too often.
    if (
      char === '\\' &&
      (lower[i + 1] === 'n' || lower[i + 1] === 'r') &&
      !/[\w:\\]/.test(lower[i - 1] ?? ' ')
    ) {
      pieces.push({ separator: lower.slice(i, i + 2), at: i + 2 });
      continue;
    }
    if (char !== ';' && char !== '|' && char !== '&' && char !== '\n' && char !== '\r') continue;
    const doubled = lower[i + 1] === char && (char === '|' || char === '&');
    pieces.push({ separator: doubled ? char + char : char, at: i + (doubled ? 2 : 1) });
    if (doubled) i++;
  }
  return pieces;
}
