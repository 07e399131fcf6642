import { resolve } from 'node:path';
import { parseVerifier, type Verifier } from '@aegis/trail';
import type { CommandContext } from '../frame/command-context.ts';
import { CommandError, EXIT_CODES } from '../frame/exit-codes.ts';

/** Bytes; a year of copied checkpoints, one a minute. */
const LONGEST_FILE = 256 * 1024 * 1024;

/** The public key in a file, or what somebody said it is. Throws CommandError where it is none. */
export function readVerifier(context: CommandContext, file: string | undefined, said: string): Verifier {
  const line = file === undefined ? said : readText(context, file);
  const parsed = parseVerifier(line);
  if (parsed.ok) return parsed.value;
  const where = file ?? 'the public key';
  throw new CommandError(EXIT_CODES.usage, 'bad_key', `${where}: ${parsed.error.message}`, [
    'a node keeps its own in trail.pub of the data directory',
  ]);
}

/** A file of the command line, as text. */
export function readText(context: CommandContext, file: string): string {
  const read = context.readFile(resolve(context.cwd, file), LONGEST_FILE);
  if (read.ok) return new TextDecoder().decode(read.value);
  throw new CommandError(EXIT_CODES.usage, 'unreadable', `${file} cannot be read: ${read.error.message}`);
}
