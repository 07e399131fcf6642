import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock, Random, SessionInput } from '@aegis/model';
import { ApiError } from './api-error.ts';
import type { Transport } from './transport.ts';

/** How far pushing is, after each batch. */
export interface PushProgress {
  /** Sessions of the source that are dealt with; the next time one may go on after them. */
  readonly sent: number;
  /** Of all so far. */
  readonly accepted: number;
  /** Of this batch alone. */
  readonly rejected: readonly { readonly index: number; readonly message: string }[];
}

export interface PushOptions {
  readonly clock: Clock;
  readonly random: Random;
  readonly signal?: AbortSignal;
  /** Told of each failure after which it is tried again. */
  readonly onRetry?: (error: ApiError, waitMs: number) => void;
  /** How long one batch is tried, ms; default 10 minutes. */
  readonly giveUpAfterMs?: number;
  /** The first wait, ms; it doubles up to 10 s. Default 250. */
  readonly firstWaitMs?: number;
}

/** Sent together, at most. */
const BATCH_SESSIONS = 500;
const BATCH_CHARACTERS = 4_000_000;
const MAX_WAIT_MS = 10_000;

interface PushReport {
  readonly accepted: number;
  readonly rejected: readonly { readonly line: number; readonly message: string }[];
}

/**
 * Sends sessions in batches, each one until it is accepted: a node that is away or full is waited for, and as
 * a session is kept once however often it is sent, a batch whose fate is unknown is sent again. Throws the last
 * {@link ApiError} when it gives up, and any that trying again cannot mend.
 */
export async function* pushSessions(
  transport: Transport,
  sessions: AsyncIterable<SessionInput> | Iterable<SessionInput>,
  options: PushOptions,
): AsyncGenerator<PushProgress> {
  let sent = 0;
  let accepted = 0;
  for await (const lines of batchesOf(sessions)) {
    const report = await pushBatch(transport, lines.join(''), options);
    accepted += report.accepted;
    const rejected = report.rejected.map(({ line, message }) => ({ index: sent + line - 1, message }));
    sent += lines.length;
    yield { sent, accepted, rejected };
  }
}

async function* batchesOf(
  sessions: AsyncIterable<SessionInput> | Iterable<SessionInput>,
): AsyncGenerator<readonly string[]> {
  let lines: string[] = [];
  let characters = 0;
  for await (const session of sessions) {
    const line = `${JSON.stringify(session)}\n`;
    if (lines.length > 0 && (lines.length >= BATCH_SESSIONS || characters + line.length > BATCH_CHARACTERS)) {
      yield lines;
      lines = [];
      characters = 0;
    }
    lines.push(line);
    characters += line.length;
  }
  if (lines.length > 0) yield lines;
}

async function pushBatch(transport: Transport, text: string, options: PushOptions): Promise<PushReport> {
  const { clock, random, signal, onRetry, giveUpAfterMs = 600_000, firstWaitMs = 250 } = options;
  const began = clock.monotonic();
  for (let attempt = 0; ; attempt++) {
    try {
      const body = { type: 'application/x-ndjson', text };
      return (await transport.json({ method: 'POST', path: '/v1/sessions', body, signal })) as PushReport;
    } catch (error) {
      if (!(error instanceof ApiError) || !mayPass(error)) throw error;
      // Full jitter over the upper half: many senders must not come back together.
      const wait =
        Math.min(MAX_WAIT_MS, firstWaitMs * 2 ** Math.min(attempt, 20)) * (0.5 + random.next() / 2);
      const waitMs = Math.max(wait, Math.min(error.retryAfterMs ?? 0, MAX_WAIT_MS));
      if (clock.monotonic() - began + waitMs > giveUpAfterMs) throw error;
      onRetry?.(error, waitMs);
      await sleep(waitMs, undefined, signal === undefined ? {} : { signal });
    }
  }
}

/** Whether the same request may succeed later. */
function mayPass({ code, status }: ApiError): boolean {
  return code === 'unreachable' || status === 502 || status === 503 || status === 504;
}
