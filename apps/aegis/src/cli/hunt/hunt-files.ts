import { resolve } from 'node:path';
import { LineSplitter } from '@aegis/analyze';
import {
  createFlowReader,
  detectFlowFormat,
  type FlowFormat,
  type FlowReader,
  Hunter,
  type HuntReport,
} from '@aegis/hunt';
import { fileSource, type Source, streamSource } from '../../ingest/source.ts';
import { secureRandom } from '../../node/secure-random.ts';
import type { CommandContext } from '../frame/command-context.ts';
import { CommandError, EXIT_CODES } from '../frame/exit-codes.ts';
import { formatCount } from '../frame/format.ts';
import { printable } from '../frame/printable.ts';
import { ProgressBar } from '../frame/progress-bar.ts';

export interface Hunted {
  readonly report: HuntReport;
  readonly badLines: number;
  /** False where it was interrupted; the report is of what was read. */
  readonly complete: boolean;
}

/** Bad lines told one by one; the rest is counted. */
const TOLD = 5;

/** Reads the files with a progress bar. Throws CommandError where one cannot be read or is of no known format. */
export async function huntFiles(
  files: readonly string[],
  format: FlowFormat | undefined,
  context: CommandContext,
): Promise<Hunted> {
  const hunter = new Hunter({ random: secureRandom });
  let badLines = 0;
  for (const file of files) {
    badLines += await readFile(await openSource(file, context.cwd), format, hunter, context);
    if (context.signal.aborted) break;
  }
  return { report: hunter.report(), badLines, complete: !context.signal.aborted };
}

/** How many lines could not be used. */
async function readFile(
  source: Source,
  format: FlowFormat | undefined,
  hunter: Hunter,
  { terminal, clock, signal }: CommandContext,
): Promise<number> {
  const bar = new ProgressBar({ stream: terminal.stderr, clock, label: source.name, unit: 'KiB' });
  const splitter = new LineSplitter();
  const faults: string[] = [];
  const before = hunter.flows;
  let reader: FlowReader | undefined;
  let bad = 0;
  let bytes = 0;
  const take = (lines: ReturnType<LineSplitter['push']>): void => {
    for (const { line, text } of lines) {
      if (text.ok && text.value.trim() === '') continue;
      reader ??= createFlowReader(format ?? formatOf(text.ok ? text.value : '', source));
      const read = text.ok ? reader.read(text.value) : text;
      if (read.ok) {
        if (read.value !== undefined) hunter.add(read.value);
        continue;
      }
      bad++;
      if (faults.length < TOLD) faults.push(`  ${source.name}:${line}: ${printable(read.error.message)}`);
    }
  };
  for await (const chunk of source.bytes(0)) {
    if (signal.aborted) break;
    bytes += chunk.length;
    take(splitter.push(chunk));
    bar.update(Math.ceil(bytes / 1024), source.compressed ? undefined : Math.ceil((source.size ?? 0) / 1024));
  }
  if (!signal.aborted) take(splitter.end());
  bar.finish();
  const rest =
    bad > faults.length
      ? [`  and ${formatCount(bad - faults.length)} more lines that could not be used`]
      : [];
  const summary = `${source.name}: ${formatCount(hunter.flows - before)} flows`;
  terminal.stderr.write(`${[summary, ...faults, ...rest].join('\n')}\n`);
  return bad;
}

function formatOf(line: string, { name }: Source): FlowFormat {
  const format = detectFlowFormat(line);
  if (format !== undefined) return format;
  const message = `${name}: no format of flows fits its first line; name one with --format`;
  throw new CommandError(EXIT_CODES.usage, 'unknown_format', message);
}

async function openSource(file: string, cwd: string): Promise<Source> {
  if (file === '-') return streamSource('standard input', process.stdin);
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
