import type { ConsumerGroup, DeadLetter } from '@aegis/ports';
import type { Command } from 'commander';
import { CommandError, EXIT_CODES } from '../frame/exit-codes.ts';

export interface WhichOptions {
  readonly all?: boolean;
}

/** Adds what names dead letters to a command. */
export function withWhich(command: Command): Command {
  return command.argument('[id...]', 'their ids, from aegis stream dead').option('--all', 'all there are');
}

const PAGE = 100;

/** The dead letters that a command means, a page at a time. Throws CommandError where it names none, or one that is not there. */
export async function* chosenLetters(
  group: ConsumerGroup,
  ids: readonly string[],
  { all = false }: WhichOptions,
): AsyncGenerator<readonly DeadLetter[]> {
  if (all === ids.length > 0) {
    throw new CommandError(EXIT_CODES.usage, 'bad_choice', 'give ids, or --all', [
      'aegis stream dead shows the ids',
    ]);
  }
  const wanted = new Set(ids);
  for (let after: string | undefined; ; ) {
    const page = await group.buried({ limit: PAGE, ...(after === undefined ? {} : { after }) });
    after = page.at(-1)?.id;
    if (after === undefined) break;
    const chosen = all ? page : page.filter(({ id }) => wanted.delete(id));
    if (chosen.length > 0) yield chosen;
    if (!all && wanted.size === 0) break;
  }
  if (wanted.size > 0) {
    const missing = [...wanted].join(', ');
    throw new CommandError(EXIT_CODES.notFound, 'letter_not_found', `no dead letter has the id ${missing}`);
  }
}
