import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { READER_FORMATS, type ReaderFormat } from '@aegis/analyze';
import { Command, Option } from 'commander';
import type { ApiClient } from '../client/index.ts';
import { Checkpoints } from '../ingest/checkpoint.ts';
import { type BadLine, type IngestSummary, ingestSource } from '../ingest/ingest-source.ts';
import { fileSource, type Source, STANDARD_INPUT } from '../ingest/source.ts';
import { secureRandom } from '../node/secure-random.ts';
import { type ConnectOptions, connect, withConnection } from './connect.ts';
import type { CommandContext } from './frame/command-context.ts';
import { CommandError, EXIT_CODES } from './frame/exit-codes.ts';
import { formatCount, formatDuration } from './frame/format.ts';
import { outputFor } from './frame/output.ts';
import { printable } from './frame/printable.ts';
import { ProgressBar } from './frame/progress-bar.ts';
import { nodeConfig } from './node-config.ts';

interface IngestOptions extends ConnectOptions {
  readonly format?: ReaderFormat;
  readonly again?: boolean;
  readonly wait?: boolean;
}

/** Bad lines told one by one; the rest is counted. */
const TOLD = 20;

const HELP = `
Formats: tanner (analysed sessions), snare (events), cowrie (JSON), access-log (common, combined),
json-access-log (Caddy and others), zeek-http (TSV and JSON); plain or gzip. An interrupted run goes on
where it was; a file that has grown is read from where it ended.

Examples:
  aegis ingest /var/log/nginx/access.log
  aegis ingest cowrie.json.1.gz cowrie.json
  zcat sessions.gz | aegis ingest - --format tanner --wait`;

/** `aegis ingest`: takes recorded sessions and logs in. */
export function ingestCommand(context: CommandContext): Command {
  return withConnection(new Command('ingest'))
    .description('take in recorded sessions and logs, and analyse them')
    .argument('<file...>', 'files, or - for standard input')
    .addOption(
      new Option('--format <format>', 'what they are (default: told from their first lines)').choices(
        READER_FORMATS,
      ),
    )
    .option('--again', 'from the beginning, whatever was taken in before')
    .option('--wait', 'until everything is analysed')
    .addHelpText('after', HELP)
    .action(async (files: readonly string[], options: IngestOptions) => {
      const client = connect(context, options);
      const checkpoints = new Checkpoints(nodeConfig(context, options).dataDir);
      const answers = [];
      for (const file of files)
        answers.push(await ingestOne(file, { context, options, client, checkpoints }));
      if (options.wait === true) await analysed(client, context.signal);
      outputFor(context.terminal, options).answer({ files: answers }, () => []);
      if (context.signal.aborted) context.exit(EXIT_CODES.interrupted);
    });
}

interface Work {
  readonly context: CommandContext;
  readonly options: IngestOptions;
  readonly client: ApiClient;
  readonly checkpoints: Checkpoints;
}

async function ingestOne(file: string, { context, options, client, checkpoints }: Work): Promise<unknown> {
  const { terminal, clock, signal, cwd } = context;
  const source = await openSource(file, cwd);
  if (options.again === true && source.path !== undefined) checkpoints.forget(source.path);
  const began = clock.monotonic();
  const bar = new ProgressBar({ stream: terminal.stderr, clock, label: source.name, unit: 'KiB' });
  const bad: BadLine[] = [];
  let badCount = 0;
  const result = await ingestSource(source, {
    ...(options.format === undefined ? {} : { format: options.format }),
    checkpoints,
    clock,
    signal,
    onProgress: ({ bytes }) => bar.update(Math.ceil(bytes / 1024), kibibytesOf(source)),
    onBadLine: (line) => {
      badCount += 1;
      if (bad.length < TOLD) bad.push(line);
    },
    send: async (sessions) => {
      const rejected = [];
      const onRetry = (error: Error, waitMs: number): void =>
        terminal.stderr.write(`\n${printable(error.message)}; trying again in ${formatDuration(waitMs)}\n`);
      for await (const pushed of client.pushSessions(sessions, {
        clock,
        random: secureRandom,
        signal,
        onRetry,
      })) {
        rejected.push(...pushed.rejected);
      }
      return rejected;
    },
  });
  bar.finish();
  if (!result.ok)
    throw new CommandError(EXIT_CODES.usage, result.error.kind, `${source.name}: ${result.error.message}`);
  const seconds = (clock.monotonic() - began) / 1_000;
  outputFor(terminal, options).note(summaryLines(source, result.value, bad, badCount).join('\n'));
  const { format, lines, sessions, refused, fromLine, complete } = result.value;
  return {
    file: source.path ?? '-',
    format,
    from_line: fromLine,
    lines,
    bad_lines: result.value.badLines,
    sessions,
    refused,
    complete,
    seconds,
    errors: bad,
  };
}

async function openSource(file: string, cwd: string): Promise<Source> {
  if (file === '-') return STANDARD_INPUT;
  try {
    return await fileSource(resolve(cwd, file), file);
  } catch (error) {
    throw new CommandError(
      EXIT_CODES.usage,
      'unreadable',
      `${file} cannot be read: ${(error as Error).message}`,
    );
  }
}

/** The whole of a plain file; what comes out of a compressed one is not known before. */
function kibibytesOf({ size, compressed }: Source): number | undefined {
  return size === undefined || compressed ? undefined : Math.ceil(size / 1024);
}

function summaryLines(
  source: Source,
  summary: IngestSummary,
  bad: readonly BadLine[],
  badCount: number,
): readonly string[] {
  const { format, lines, sessions, fromLine, complete } = summary;
  const from = fromLine > 1 ? `, from line ${formatCount(fromLine)} on` : '';
  return [
    `${source.name}: ${formatCount(lines)} lines of ${format}${from}, ${formatCount(sessions)} sessions accepted${complete ? '' : '; interrupted, run it again to go on'}`,
    ...bad.map(({ line, message }) => `  ${source.name}:${line}: ${printable(message)}`),
    ...(badCount > bad.length
      ? [`  and ${formatCount(badCount - bad.length)} more lines that could not be used`]
      : []),
  ];
}

async function analysed(client: ApiClient, signal: AbortSignal): Promise<void> {
  for (;;) {
    const { backlog } = await client.node();
    if ((backlog.waiting === 0 && backlog.pending === 0) || signal.aborted) return;
    await sleep(100);
  }
}
