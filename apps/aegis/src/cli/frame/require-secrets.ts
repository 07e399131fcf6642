import { configErrorText } from '../../config/config-error.ts';
import { readSecrets, type Secrets } from '../../config/env-secrets.ts';
import type { CommandContext } from './command-context.ts';
import { CommandError, EXIT_CODES } from './exit-codes.ts';

/** The secrets in the environment of a command. Throws CommandError with every one that cannot be read. */
export function requireSecrets({ env, readFile }: CommandContext): Secrets {
  const secrets = readSecrets(env, readFile);
  if (secrets.ok) return secrets.value;
  const errors = secrets.error.map(configErrorText);
  throw new CommandError(EXIT_CODES.usage, 'bad_secret', 'a secret cannot be read', errors);
}
