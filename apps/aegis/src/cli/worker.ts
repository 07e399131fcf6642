import { setFlagsFromString } from 'node:v8';
import { Command } from 'commander';
import { createLogger } from '../node/logger.ts';
import { secureRandom } from '../node/secure-random.ts';
import type { StartedWorker } from '../node/start-worker.ts';
import { timer } from '../node/timer.ts';
import { VERSION } from '../node/version.ts';
import { maskerFor } from '../trail/masker-for.ts';
import type { CommandContext } from './frame/command-context.ts';
import { type Output, outputFor } from './frame/output.ts';
import { requireSecrets } from './frame/require-secrets.ts';
import { type NodeOptions, nodeConfig } from './node-config.ts';
import { untilAborted } from './until-aborted.ts';

interface WorkerCommandOptions extends NodeOptions {
  readonly json?: boolean;
}

const STATUS_MS = 10_000;
/**
 * How much the heap may grow beyond what is alive before the dead is collected. V8 lets it grow up to fourfold, which
 * batches of large sessions use; half as much again costs no measurable time and a quarter less memory.
 */
const HEAP_GROWTH = '--heap-growing-percent=50';

/** `aegis worker`: analysis alone, so that several processes share it. */
export function workerCommand(context: CommandContext): Command {
  return new Command('worker')
    .description('analyse sessions in a process of its own, beside a node and other workers')
    .option(
      '-c, --config <file>',
      'config file (default: ./aegis.yaml or /etc/aegis/aegis.yaml, where there is one)',
    )
    .option('--data-dir <dir>', 'where sessions are stored; the same for all workers and the node')
    .option('--json', 'say what it works on as one JSON line')
    .addHelpText(
      'after',
      `
Workers of one consumer group split the sessions by themselves. They share one
data directory on one machine. What they propose is decided by the node on it:
"aegis up", with pipeline.enabled: false where it is not to analyse itself.

Examples:
  REDIS_HOST=redis.example aegis worker   sessions wait in Redis
  aegis worker                            they wait in the data directory
  BATCH_SIZE=500 BLOCK_MS=1000 aegis worker
  aegis stream status                     how far analysis is behind

Stops on Ctrl-C or SIGTERM once the batch in hand is finished.`,
    )
    .action(async (options: WorkerCommandOptions) => {
      const config = nodeConfig(context, options);
      const secrets = requireSecrets(context);
      const { clock, terminal, signal } = context;
      const logger = createLogger({ ...config.log, masker: maskerFor(config.masking, 'logs') });
      setFlagsFromString(HEAP_GROWTH);
      // Here and not above, as in up.ts.
      const { startWorker } = await import('../node/start-worker.ts');
      const worker = await startWorker({ config, secrets, clock, random: secureRandom, logger });
      welcome(worker, config.dataDir, config.pipeline.consumerGroup, outputFor(terminal, options));
      let before = 0;
      const status = timer(
        'status',
        STATUS_MS,
        async () => {
          const { stored, backlog } = await worker.status();
          if (stored === before) return;
          const perSecond = Math.round(((stored - before) * 1_000) / STATUS_MS);
          before = stored;
          logger.info({ stored, per_second: perSecond, ...backlog }, 'sessions analysed and stored');
        },
        logger,
      );
      await status.start();
      await untilAborted(signal);
      await status.stop();
      await worker.stop();
    });
}

function welcome(
  { stream, consumer, metrics }: StartedWorker,
  dataDir: string,
  group: string,
  output: Output,
): void {
  const facts = { version: VERSION, consumer, group, stream, data_dir: dataDir };
  output.answer(metrics === undefined ? facts : { ...facts, metrics }, ({ strong, faint, accent }) => [
    `${strong('aegis')} ${VERSION}  worker ${strong(consumer)}`,
    '',
    `  takes    ${stream}  ${faint(`(group ${group})`)}`,
    `  data     ${dataDir}`,
    ...(metrics === undefined ? [] : [`  metrics  ${accent(metrics)}`]),
    '',
    faint('"aegis stream status" tells how far it is. Ctrl-C stops it after the batch in hand.'),
  ]);
}
