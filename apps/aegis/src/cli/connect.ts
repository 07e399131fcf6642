import type { Command } from 'commander';
import { type ApiClient, createApiClient, type TransportOptions } from '../client/index.ts';
import { type DataDir, dataDir, readCliKey, readRunning } from '../node/data-dir.ts';
import { clientTls } from './client-tls.ts';
import type { CommandContext } from './frame/command-context.ts';
import { CommandError, EXIT_CODES } from './frame/exit-codes.ts';
import { requireSecrets } from './frame/require-secrets.ts';
import { type NodeOptions, nodeConfig } from './node-config.ts';

/** Options of every command that speaks to a node. */
export interface ConnectOptions extends NodeOptions {
  readonly url?: string;
  readonly json?: boolean;
}

/** Adds them to a command. */
export function withConnection(command: Command): Command {
  return command
    .option('--url <url>', 'the node (default: the one that runs on the data directory)')
    .option('-c, --config <file>', 'config file that names the data directory')
    .option('--data-dir <dir>', 'data directory of the node')
    .option('--json', 'answer as JSON');
}

/**
 * The API of the node that a command means: the one at `--url` with the key in AEGIS_API_KEY, or the one that
 * runs on this machine's data directory with the key it keeps there. Throws CommandError with the mend.
 * `patience` is for what takes the node longer than an answer usually does.
 */
export function connect(
  context: CommandContext,
  options: ConnectOptions,
  patience: Pick<TransportOptions, 'timeoutMs'> = {},
): ApiClient {
  const given = requireSecrets(context).apiKey?.reveal();
  if (options.url !== undefined) {
    if (given === undefined) {
      throw new CommandError(
        EXIT_CODES.usage,
        'no_key',
        `${options.url} wants an API key: set AEGIS_API_KEY or AEGIS_API_KEY_FILE`,
      );
    }
    const tls = clientTls(context);
    return createApiClient({
      baseUrl: options.url,
      key: given,
      ...(tls === undefined ? {} : { tls }),
      ...patience,
    });
  }
  const dir = dataDir(nodeConfig(context, options).dataDir);
  const running = readRunning(dir);
  if (running === undefined) {
    throw new CommandError(EXIT_CODES.unreachable, 'no_node', `no node runs on ${dir.root}`, [
      'start one with: aegis up',
      'or name another one with --url or --data-dir',
    ]);
  }
  const key = given ?? localKey(dir);
  const { api: baseUrl, certificate } = running;
  const tls = certificate === undefined ? {} : { tls: { ...clientTls(context), pinned: certificate } };
  return createApiClient({ baseUrl, ...tls, ...(key === undefined ? {} : { key }), ...patience });
}

function localKey(dir: DataDir): string | undefined {
  try {
    return readCliKey(dir);
  } catch {
    throw new CommandError(EXIT_CODES.usage, 'no_key', `${dir.cliKey} cannot be read by this user`, [
      'run the command as the user of the node',
      'or use a key of your own: AEGIS_API_KEY or AEGIS_API_KEY_FILE',
    ]);
  }
}
