import {
  detectFormat,
  LineSplitter,
  logEvents,
  MAX_LINE_BYTES,
  type ReaderFormat,
  type SplitLine,
} from '@aegis/analyze';
import { type Address, Result, type Timestamp } from '@aegis/model';
import {
  type Alert,
  type ClassesOf,
  type Drop,
  type Rule,
  type RuleEvent,
  ScenarioEngine,
} from '@aegis/scenario';
import { afterSample, takeSample } from '../ingest/sample.ts';
import type { Source } from '../ingest/source.ts';

export interface PlayLogOptions {
  readonly rules: readonly Rule[];
  readonly format?: ReaderFormat;
  readonly classesOf: ClassesOf;
  /** Of events whose program tells no time, and what gives a year to those that tell none. */
  readonly receivedAt: Timestamp;
  readonly maxBuckets?: number;
  /** Told of every event that a rule looked at, with what it did. */
  readonly onDrop?: (drop: LineDrop) => void;
  readonly onBytes?: (bytes: number) => void;
  readonly signal: AbortSignal;
}

/** An alert with the line that made it. */
export interface LineAlert {
  readonly line: number;
  readonly alert: Alert;
}

export interface LineDrop extends Drop {
  readonly line: number;
  readonly event: RuleEvent;
  readonly client: Address | undefined;
}

/** What the rules made of a log. */
export interface PlayedLog {
  /** Absent where there was no line to tell it from. */
  readonly format?: ReaderFormat;
  readonly lines: number;
  readonly badLines: number;
  readonly events: number;
  /** Lines that at least one rule is about. */
  readonly matchedLines: number;
  /** By rule: events it is about, and how often it fired. */
  readonly counts: ReadonlyMap<string, { readonly matched: number; readonly fired: number }>;
  readonly alerts: readonly LineAlert[];
  /** Alerts there were beyond those that are kept. */
  readonly moreAlerts: number;
  /** Of the first event and the last, by their own time. */
  readonly from?: Timestamp;
  readonly to?: Timestamp;
  readonly buckets: number;
  readonly evicted: number;
  /** False where it was interrupted. */
  readonly complete: boolean;
}

export interface UnknownLog {
  readonly kind: 'unknown_format';
  readonly message: string;
}

const MOST_ALERTS = 100_000;

/** Plays a log to the rules, on its own time: the same alerts as while it was written. */
export async function playLog(
  source: Source,
  options: PlayLogOptions,
): Promise<Result<PlayedLog, UnknownLog>> {
  const chunks = source.bytes(0)[Symbol.asyncIterator]();
  const sample = await takeSample(chunks);
  const detected = options.format === undefined ? formatOf(sample.lines) : Result.ok(options.format);
  if (!detected.ok) {
    await chunks.return?.();
    return detected;
  }
  const play = new LogPlay(detected.value, options);
  await play.run(afterSample(sample, chunks));
  return Result.ok(play.result());
}

function formatOf(lines: readonly string[]): Result<ReaderFormat | undefined, UnknownLog> {
  const found = detectFormat(lines);
  if (found.ok) return Result.ok(found.value.format);
  if (found.error.kind === 'empty_sample') return Result.ok(undefined);
  return Result.err({ kind: 'unknown_format', message: found.error.message });
}

class LogPlay {
  readonly #format: ReaderFormat | undefined;
  readonly #options: PlayLogOptions;
  readonly #engine: ScenarioEngine;
  readonly #read: ReturnType<typeof logEvents>;
  readonly #counts = new Map<string, { matched: number; fired: number }>();
  readonly #alerts: LineAlert[] = [];
  #moreAlerts = 0;
  #lines = 0;
  #badLines = 0;
  #events = 0;
  #matchedLines = 0;
  #from = Number.POSITIVE_INFINITY;
  #to = Number.NEGATIVE_INFINITY;
  #complete = false;
  /** Of the event at hand. */
  #now: Pick<LineDrop, 'line' | 'event' | 'client'> | undefined;
  #matched = false;

  constructor(format: ReaderFormat | undefined, options: PlayLogOptions) {
    this.#format = format;
    this.#options = options;
    this.#read = logEvents(format ?? 'host-log');
    this.#engine = new ScenarioEngine(options.rules, {
      ...(options.maxBuckets !== undefined && { maxBuckets: options.maxBuckets }),
      onDrop: (drop) => this.#drop(drop),
    });
    for (const { name } of options.rules) this.#counts.set(name, { matched: 0, fired: 0 });
  }

  async run(content: AsyncIterable<Uint8Array>): Promise<void> {
    const { onBytes, signal } = this.#options;
    const splitter = new LineSplitter({ maxLineBytes: MAX_LINE_BYTES });
    let bytes = 0;
    for await (const chunk of content) {
      if (signal.aborted) return;
      for (const line of splitter.push(chunk)) this.#take(line);
      bytes += chunk.length;
      onBytes?.(bytes);
    }
    for (const line of splitter.end()) this.#take(line);
    this.#complete = true;
  }

  result(): PlayedLog {
    return {
      ...(this.#format !== undefined && { format: this.#format }),
      lines: this.#lines,
      badLines: this.#badLines,
      events: this.#events,
      matchedLines: this.#matchedLines,
      counts: this.#counts,
      alerts: this.#alerts,
      moreAlerts: this.#moreAlerts,
      ...(this.#events > 0 && { from: this.#from, to: this.#to }),
      buckets: this.#engine.bucketCount,
      evicted: this.#engine.evicted,
      complete: this.#complete,
    };
  }

  #take({ line, text }: SplitLine): void {
    this.#lines += 1;
    const events = text.ok ? this.#read(text.value, this.#options.receivedAt) : text;
    if (!events.ok) {
      this.#badLines += 1;
      return;
    }
    this.#matched = false;
    for (const { client, event } of events.value) {
      this.#events += 1;
      this.#from = Math.min(this.#from, event.at);
      this.#to = Math.max(this.#to, event.at);
      this.#now = { line, event, client };
      const seen = {
        event,
        classes: () => this.#options.classesOf(event),
        ...(client !== undefined && { client }),
      };
      for (const alert of this.#engine.observe(seen)) {
        const count = this.#counts.get(alert.rule.name);
        if (count !== undefined) count.fired += 1;
        if (this.#alerts.length < MOST_ALERTS) this.#alerts.push({ line, alert });
        else this.#moreAlerts += 1;
      }
    }
    if (this.#matched) this.#matchedLines += 1;
  }

  #drop(drop: Drop): void {
    this.#matched = true;
    const count = this.#counts.get(drop.rule.name);
    if (count !== undefined) count.matched += 1;
    if (this.#now !== undefined) this.#options.onDrop?.({ ...drop, ...this.#now });
  }
}
