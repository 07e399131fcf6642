import { existsSync } from 'node:fs';
import type { ConsumerGroup, Stream } from '@aegis/ports';
import type { Command } from 'commander';
import { dataDir } from '../../node/data-dir.ts';
import { openSessionStream, streamPlace } from '../../node/open-streams.ts';
import type { CommandContext } from '../frame/command-context.ts';
import { CommandError, EXIT_CODES } from '../frame/exit-codes.ts';
import { requireSecrets } from '../frame/require-secrets.ts';
import { type NodeOptions, nodeConfig } from '../node-config.ts';

/** Options of every command that speaks to the stream. */
export interface StreamOptions extends NodeOptions {
  readonly json?: boolean;
}

/** Adds them to a command. */
export function withStream(command: Command): Command {
  return command
    .option('-c, --config <file>', 'config file that names the stream')
    .option('--data-dir <dir>', 'data directory, where the stream is in it')
    .option('--json', 'answer as JSON');
}

/** The stream of sessions and the group of its workers, as a command works with them. */
export interface OpenGroup {
  readonly stream: Stream;
  readonly group: ConsumerGroup;
  readonly groupName: string;
  /** `sessions_stream in Redis at 127.0.0.1:6379` */
  readonly place: string;
}

/** Does the work with the stream that the config names. Throws CommandError where there is none yet. */
export async function withGroup<T>(
  context: CommandContext,
  options: StreamOptions,
  work: (open: OpenGroup) => Promise<T>,
): Promise<T> {
  const config = nodeConfig(context, options);
  const dir = dataDir(config.dataDir, config.pipeline.stream);
  const isEmbedded = config.redis.host === '' && config.redis.hosts.length === 0;
  if (isEmbedded && !existsSync(dir.stream)) {
    throw new CommandError(EXIT_CODES.notFound, 'no_stream', `there is no stream at ${dir.stream}`, [
      'a node or a worker makes it when it starts: aegis up',
      'or name another place with --data-dir, or a Redis with REDIS_HOST',
    ]);
  }
  const secrets = requireSecrets(context);
  const stream = await openSessionStream({ config, secrets, dir, clock: context.clock });
  try {
    const groupName = config.pipeline.consumerGroup;
    const group = await stream.group(groupName);
    return await work({ stream, group, groupName, place: streamPlace(config, dir) });
  } finally {
    await stream.close();
  }
}
