import { CommandError, EXIT_CODES } from '../frame/exit-codes.ts';
import { wholeNumber } from '../whole-number.ts';

/** How long a token of a node is good for, unless it is asked for otherwise. */
export const TOKEN_DAYS: number = 30;
export const DAY_MS: number = 86_400_000;
const MOST_DAYS = 366;

/** For the option `--days`. */
export function daysFrom(least: number): (text: string) => number {
  return (text) => {
    const days = wholeNumber('--days', text);
    if (days >= least && days <= MOST_DAYS) return days;
    throw new CommandError(
      EXIT_CODES.usage,
      'bad_option',
      `--days: expected ${least} to ${MOST_DAYS}, found ${days}`,
    );
  };
}
