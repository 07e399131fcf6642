import {
  createReader,
  detectFormat,
  LineSplitter,
  MAX_LINE_BYTES,
  normalize,
  type Reader,
  type ReaderFormat,
  type ReaderItem,
} from '@aegis/analyze';
import { Result, type Timestamp } from '@aegis/model';
import { afterSample, takeSample } from '../ingest/sample.ts';
import type { Source } from '../ingest/source.ts';
import { TimeOrder } from './time-order.ts';
import type { TrafficItem } from './traffic-item.ts';

export interface FileTrafficOptions {
  readonly format?: ReaderFormat;
  /** Of events whose sensor sends no time. */
  readonly receivedAt: Timestamp;
  /** Told of each line that could not be used. */
  readonly onBadLine?: () => void;
  readonly onBytes?: (bytes: number) => void;
}

export interface UnknownTraffic {
  readonly kind: 'unknown_format';
  readonly message: string;
}

/** Lines of a log are nearly in order: a request is written when it ends. */
const HELD = 100_000;

/** The requests of a log or of recorded sessions, in any format that is ingested, in order of time. */
export async function fileTraffic(
  source: Source,
  options: FileTrafficOptions,
): Promise<Result<AsyncGenerator<TrafficItem>, UnknownTraffic>> {
  const chunks = source.bytes(0)[Symbol.asyncIterator]();
  const sample = await takeSample(chunks);
  const detected =
    options.format === undefined ? detectFormat(sample.lines) : Result.ok(createReader(options.format));
  if (!detected.ok) {
    await chunks.return?.();
    return Result.err({ kind: 'unknown_format', message: detected.error.message });
  }
  // A fresh one: the detected reader has seen lines that will be read again.
  const reader = createReader(detected.value.format);
  return Result.ok(inOrder(itemsOf(afterSample(sample, chunks), reader, options)));
}

async function* inOrder(items: AsyncIterable<TrafficItem>): AsyncGenerator<TrafficItem> {
  const order = new TimeOrder(HELD);
  for await (const item of items) {
    const earliest = order.add(item);
    if (earliest !== undefined) yield earliest;
  }
  yield* order.before(Number.POSITIVE_INFINITY);
}

async function* itemsOf(
  content: AsyncIterable<Uint8Array>,
  reader: Reader,
  options: FileTrafficOptions,
): AsyncGenerator<TrafficItem> {
  const splitter = new LineSplitter({ maxLineBytes: MAX_LINE_BYTES });
  const { onBadLine, onBytes, receivedAt } = options;
  let bytes = 0;
  const read = (lines: ReturnType<LineSplitter['push']>): readonly TrafficItem[] =>
    [...lines].flatMap(({ text }) => {
      const item = text.ok ? reader.read(text.value, receivedAt) : text;
      if (item.ok) return item.value === undefined ? [] : trafficOfItem(item.value, receivedAt);
      onBadLine?.();
      return [];
    });
  for await (const chunk of content) {
    yield* read(splitter.push(chunk));
    bytes += chunk.length;
    onBytes?.(bytes);
  }
  yield* read(splitter.end());
}

function trafficOfItem(item: ReaderItem, receivedAt: Timestamp): readonly TrafficItem[] {
  if (item.kind === 'event') {
    const { at, client: address, userAgent, observation } = item.event;
    if (observation === undefined) return [];
    return [{ at, request: { address, ...(userAgent !== undefined && { userAgent }) } }];
  }
  const session = normalize(item.session, { receivedAt });
  if (!session.ok) return [];
  const { client: address, userAgent, country, observations, startedAt } = session.value;
  const request = {
    address,
    ...(userAgent !== '' && { userAgent }),
    ...(country !== undefined && { country }),
  };
  const times = observations.length > 0 ? observations.map(({ at }) => at) : [startedAt];
  return times.map((at) => ({ at, request }));
}
