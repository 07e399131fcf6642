import { resolve } from 'node:path';
import { LineSplitter } from '@aegis/analyze';
import { detectFlowFormat, type FlowFormat } from '@aegis/hunt';
import type { ApiClient } from '../../client/index.ts';
import { fileSource, type Source } from '../../ingest/source.ts';
import type { CommandContext } from '../frame/command-context.ts';
import { CommandError, EXIT_CODES } from '../frame/exit-codes.ts';
import { ProgressBar } from '../frame/progress-bar.ts';

export interface FlowsPushed {
  readonly accepted: number;
  readonly refused: number;
  readonly rejected: number;
  /** The first lines that were not taken: `conn.log:17: why`. */
  readonly faults: readonly string[];
}

/** What is sent at once: lines of a file, after its header where that is not among them. */
interface Piece {
  readonly text: string;
  /** Number in the file of the line that is line 0 of the text. */
  readonly before: number;
}

const PIECE_CHARACTERS = 4_000_000;
const FAULTS_TOLD = 5;

/** Hands the flows of a file to the node, piece by piece. Throws CommandError, ApiError. */
export async function pushFlows(
  file: string,
  format: FlowFormat | undefined,
  client: ApiClient,
  { cwd, terminal, clock, signal }: CommandContext,
): Promise<FlowsPushed> {
  const source = await fileSource(resolve(cwd, file), file).catch((error: Error) => {
    const message = `${file} cannot be read: ${error.message}`;
    throw new CommandError(EXIT_CODES.usage, 'unreadable', message);
  });
  const bar = new ProgressBar({ stream: terminal.stderr, clock, label: source.name, unit: 'KiB' });
  const total = source.compressed ? undefined : Math.ceil((source.size ?? 0) / 1024);
  const onBytes = (bytes: number): void => bar.update(Math.ceil(bytes / 1024), total);
  let pushed: FlowsPushed = { accepted: 0, refused: 0, rejected: 0, faults: [] };
  for await (const { text, before } of piecesOf(source, format, signal, onBytes)) {
    const report = await client.pushFlows(text, format);
    const faults = report.rejected.map(({ line, message }) => `${file}:${before + line}: ${message}`);
    pushed = {
      accepted: pushed.accepted + report.accepted,
      refused: pushed.refused + report.refused,
      rejected: pushed.rejected + report.rejected_count,
      faults: [...pushed.faults, ...faults].slice(0, FAULTS_TOLD),
    };
  }
  bar.finish();
  return pushed;
}

async function* piecesOf(
  source: Source,
  format: FlowFormat | undefined,
  signal: AbortSignal,
  onBytes: (bytes: number) => void,
): AsyncGenerator<Piece> {
  const splitter = new LineSplitter();
  const header: string[] = [];
  let isTop = true;
  let lines: string[] = [];
  let characters = 0;
  let sent = 0;
  const take = (read: ReturnType<LineSplitter['push']>): void => {
    for (const { text } of read) {
      // A line that is no text is sent as an empty one, so that the numbers of the others stay.
      const line = text.ok ? text.value : '';
      isTop &&= isHeader(line, header.length, format);
      if (isTop) header.push(line);
      lines.push(line);
      characters += line.length + 1;
    }
  };
  const piece = (): Piece => {
    const repeated = sent === 0 ? [] : header;
    const made = { text: `${[...repeated, ...lines].join('\n')}\n`, before: sent - repeated.length };
    sent += lines.length;
    lines = [];
    characters = 0;
    return made;
  };
  let bytes = 0;
  for await (const chunk of source.bytes(0)) {
    if (signal.aborted) return;
    bytes += chunk.length;
    take(splitter.push(chunk));
    onBytes(bytes);
    if (characters >= PIECE_CHARACTERS) yield piece();
  }
  take(splitter.end());
  if (lines.length > 0) yield piece();
}

/** What every piece must begin with: the `#` lines at the top of a Zeek log, the first line of CSV. */
function isHeader(line: string, before: number, format: FlowFormat | undefined): boolean {
  if (line.startsWith('#')) return true;
  return before === 0 && (format === 'csv' || detectFlowFormat(line) === 'csv');
}
