import type { ClientTls } from '../client/index.ts';
import { variable } from '../config/environment.ts';
import type { CommandContext } from './frame/command-context.ts';
import { CommandError, EXIT_CODES } from './frame/exit-codes.ts';

const FILES = { ca: 'AEGIS_TLS_CA_FILE', cert: 'AEGIS_TLS_CERT_FILE', key: 'AEGIS_TLS_KEY_FILE' } as const;
const LONGEST = 1024 * 1024;

/** What the environment says of the TLS to a node. Throws CommandError with the variable whose file cannot be read. */
export function clientTls({ env, readFile }: CommandContext): ClientTls | undefined {
  const read = Object.entries(FILES).flatMap(([member, name]) => {
    const file = variable(env, name);
    if (file === undefined) return [];
    const bytes = readFile(file, LONGEST);
    if (bytes.ok) return [[member, new TextDecoder().decode(bytes.value)] as const];
    throw new CommandError(EXIT_CODES.usage, 'bad_tls', `${name}: ${file} ${bytes.error.message}`);
  });
  const tls: ClientTls = Object.fromEntries(read);
  if ((tls.cert === undefined) !== (tls.key === undefined))
    throw new CommandError(EXIT_CODES.usage, 'bad_tls', `${FILES.cert} and ${FILES.key} belong together`);
  return read.length === 0 ? undefined : tls;
}
