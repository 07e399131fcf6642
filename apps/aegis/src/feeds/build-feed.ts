import { Worker } from 'node:worker_threads';
import { Result } from '@aegis/model';
import type { FeedBuilt, FeedJob, FeedWorkerMessage } from './feed-job.ts';

export interface BuildOptions {
  readonly signal?: AbortSignal;
  readonly onProgress?: (bytes: number, lines: number) => void;
}

/** Longer is a list made to take long: a million lines take seconds. */
const MOST_MS = 300_000;
/** Heap of the thread; what it builds lies outside of it. */
const MOST_HEAP_MB = 2_048;

/** Reads a feed's file in a thread of its own. What goes wrong there is told and harms nothing here. */
export function buildFeed(job: FeedJob, options: BuildOptions = {}): Promise<Result<FeedBuilt, string>> {
  const { promise, resolve } = Promise.withResolvers<Result<FeedBuilt, string>>();
  const worker = new Worker(new URL('./feed-worker.ts', import.meta.url), {
    workerData: job,
    resourceLimits: { maxOldGenerationSizeMb: MOST_HEAP_MB },
  });
  const timer = setTimeout(
    () => finish(Result.err(`reading it took longer than ${MOST_MS / 1000} s`)),
    MOST_MS,
  );
  const abort = (): void => finish(Result.err('the node stops'));
  options.signal?.addEventListener('abort', abort, { once: true });
  function finish(result: Result<FeedBuilt, string>): void {
    clearTimeout(timer);
    options.signal?.removeEventListener('abort', abort);
    resolve(result);
    void worker.terminate();
  }
  worker.on('message', (message: FeedWorkerMessage) => {
    if (message.kind === 'built') finish(Result.ok(message.built));
    else options.onProgress?.(message.bytes, message.lines);
  });
  worker.on('error', (error) => finish(Result.err(`reading it failed: ${messageOf(error)}`)));
  worker.on('exit', (code) => finish(Result.err(`reading it ended with code ${code}`)));
  if (options.signal?.aborted === true) abort();
  return promise;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
