import { CommandError, EXIT_CODES } from '../frame/exit-codes.ts';

/** `3` or `v3`. Throws CommandError. */
export function versionNumber(text: string): number {
  if (/^v?\d{1,9}$/.test(text)) return Number(text.replace('v', ''));
  throw new CommandError(
    EXIT_CODES.usage,
    'bad_version',
    `${JSON.stringify(text)} is no version; expected a number such as 3`,
  );
}
