import { shellInvocation } from './shell-invocation.ts';

export interface CommandSubstitution {
  readonly name: string;
  readonly at: number;
  /** `$(...)`, which unlike backquotes has no use in prose. */
  readonly sure: boolean;
}

const LONGEST_SUBSTITUTION = 512;

/** `` `id` ``, `$(id)`. */
export function commandSubstitution(lower: string): CommandSubstitution | undefined {
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
    const command = end - start < LONGEST_SUBSTITUTION ? shellInvocation(lower, start) : undefined;
    const whole =
      end === lower.length - 1 && /^(?:[;|&\s"']{0,6}|echo )$/.test(lower.slice(Math.max(0, at - 7), at));
    const plain = command?.ambiguous === true && command.arguments !== 'shell' && !whole;
    if (command !== undefined && (dollar || (!plain && standsAlone(lower, at, end))))
      return { name: command.name, at, sure: dollar };
    if (tick) at = end;
  }
  return undefined;
}

/** Code spans in Markdown name commands as well, but inside sentences; an injected one ends the value. */
function standsAlone(lower: string, at: number, end: number): boolean {
  const glued = at > 0 && /\S/.test(lower[at - 1] as string);
  const noWords = /^[^a-z]*$/.test(lower.slice(Math.max(0, at - 12), at));
  return (glued || noWords) && end > lower.length - 6;
}
