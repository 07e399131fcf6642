import { resolve } from 'node:path';
import type { ReaderFormat } from '@aegis/analyze';
import type { SessionInput } from '@aegis/model';
import type { ApiClient } from '../client/index.ts';
import type { Checkpoints } from '../ingest/checkpoint.ts';
import { ingestSource } from '../ingest/ingest-source.ts';
import type { BadLine, IngestSummary, SendRefusal } from '../ingest/ingestion.ts';
import { fileSource, type Source, streamSource } from '../ingest/source.ts';
import { secureRandom } from '../node/secure-random.ts';
import type { CommandContext } from './frame/command-context.ts';
import { CommandError, EXIT_CODES } from './frame/exit-codes.ts';
import { formatCount, formatDuration } from './frame/format.ts';
import { printable } from './frame/printable.ts';
import { ProgressBar } from './frame/progress-bar.ts';

/** What became of one file, as `--json` tells it. */
export interface IngestAnswer {
  readonly file: string;
  readonly format?: ReaderFormat;
  readonly from_line: number;
  readonly lines: number;
  readonly bad_lines: number;
  readonly sessions: number;
  readonly refused: number;
  readonly complete: boolean;
  readonly seconds: number;
  /** The first lines that could not be used. */
  readonly errors: readonly BadLine[];
}

export interface IngestFileOptions {
  readonly context: CommandContext;
  readonly client: ApiClient;
  readonly checkpoints: Checkpoints;
  readonly format?: ReaderFormat;
  /** From the beginning, whatever was taken in before. */
  readonly again: boolean;
}

/** Bad lines told one by one; the rest is counted. */
const TOLD = 20;

/** Takes one file in, with a progress bar and a summary for a person. Throws CommandError where it cannot be read. */
export async function ingestFile(file: string, options: IngestFileOptions): Promise<IngestAnswer> {
  const { context, client, checkpoints, format, again } = options;
  const { terminal, clock, signal, cwd } = context;
  const source = await openSource(file, cwd);
  if (again && source.path !== undefined) checkpoints.forget(source.path);
  const began = clock.monotonic();
  const bar = new ProgressBar({ stream: terminal.stderr, clock, label: source.name, unit: 'KiB' });
  const told: BadLine[] = [];
  let untold = 0;
  const result = await ingestSource(source, {
    ...(format === undefined ? {} : { format }),
    checkpoints,
    clock,
    signal,
    onProgress: ({ bytes }) => bar.update(Math.ceil(bytes / 1024), kibibytesOf(source)),
    onBadLine: (line) => {
      if (told.length < TOLD) told.push(line);
      else untold += 1;
    },
    send: (sessions) => pushSessions(sessions, client, context),
  });
  bar.finish();
  const note = (lines: readonly string[]): void => terminal.stderr.write(`${lines.join('\n')}\n`);
  if (!result.ok) {
    if (told.length > 0) note(badLines(source, told, untold));
    const { kind, message } = result.error;
    const failure = kind === 'broken_source' ? message : `${source.name}: ${message}`;
    throw new CommandError(EXIT_CODES.usage, kind, failure);
  }
  note([summaryLine(source, result.value), ...badLines(source, told, untold)]);
  const { lines, sessions, refused, fromLine, complete } = result.value;
  return {
    file: source.path ?? '-',
    ...(result.value.format === undefined ? {} : { format: result.value.format }),
    from_line: fromLine,
    lines,
    bad_lines: result.value.badLines,
    sessions,
    refused,
    complete,
    seconds: Math.round(clock.monotonic() - began) / 1_000,
    errors: told,
  };
}

async function openSource(file: string, cwd: string): Promise<Source> {
  if (file === '-') return streamSource('standard input', process.stdin);
  try {
    return await fileSource(resolve(cwd, file), file);
  } catch (error) {
    const message = `${file} cannot be read: ${(error as Error).message}`;
    throw new CommandError(EXIT_CODES.usage, 'unreadable', message);
  }
}

/** Sends until the node has them, telling of each wait. */
export async function pushSessions(
  sessions: readonly SessionInput[],
  client: ApiClient,
  { terminal, clock, signal }: CommandContext,
): Promise<readonly SendRefusal[]> {
  const rejected: SendRefusal[] = [];
  const onRetry = (error: Error, waitMs: number): void =>
    terminal.stderr.write(`\n${printable(error.message)}; trying again in ${formatDuration(waitMs)}\n`);
  const pushing = client.pushSessions(sessions, { clock, random: secureRandom, signal, onRetry });
  for await (const pushed of pushing) rejected.push(...pushed.rejected);
  return rejected;
}

/** The whole of a plain file; what comes out of a compressed one is not known before. */
function kibibytesOf({ size, compressed }: Source): number | undefined {
  return size === undefined || compressed ? undefined : Math.ceil(size / 1024);
}

function summaryLine(
  { name }: Source,
  { format, lines, sessions, fromLine, complete }: IngestSummary,
): string {
  if (format === undefined) return `${name}: empty`;
  const from = fromLine > 1 ? `, from line ${formatCount(fromLine)} on` : '';
  const rest = complete ? '' : '; interrupted, run it again to go on';
  return `${name}: ${formatCount(lines)} lines of ${format}${from}, ${formatCount(sessions)} sessions accepted${rest}`;
}

function badLines({ name }: Source, told: readonly BadLine[], untold: number): readonly string[] {
  return [
    ...told.map(({ line, message }) => `  ${name}:${line}: ${printable(message)}`),
    ...(untold > 0 ? [`  and ${formatCount(untold)} more lines that could not be used`] : []),
  ];
}
