import { CommandError, EXIT_CODES } from './frame/exit-codes.ts';

/** An option's text as a whole number. Throws CommandError. */
export function wholeNumber(option: string, text: string): number {
  if (/^\d{1,6}$/.test(text)) return Number(text);
  throw new CommandError(
    EXIT_CODES.usage,
    'bad_option',
    `${option}: ${JSON.stringify(text)} is not a whole number`,
  );
}
