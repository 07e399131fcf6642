import { Worker } from 'node:worker_threads';
import { Result } from '@aegis/model';
import type { Table, TableLimits } from './read-table.ts';

/** No honest file takes this long. */
const LONGEST_MS = 10 * 60_000;

/**
 * `readTable` in a thread of its own, so that sorting a million prefixes stops nobody; the arrays come over
 * without a copy. A thread that dies, runs out of memory or takes too long is an error like any other.
 */
export function readInWorker(path: string, limits: TableLimits): Promise<Result<Table, string>> {
  const { promise, resolve } = Promise.withResolvers<Result<Table, string>>();
  const worker = new Worker(new URL('./table-worker.ts', import.meta.url), {
    workerData: { path, limits },
    resourceLimits: { maxOldGenerationSizeMb: 512 },
  });
  const timer = setTimeout(() => {
    resolve(Result.err(`took longer than ${LONGEST_MS / 60_000} minutes to read`));
    void worker.terminate();
  }, LONGEST_MS);
  worker.once('message', (read: Result<Table, string>) => resolve(read));
  worker.once('error', (error) => {
    const message = error instanceof Error ? error.message : String(error);
    resolve(Result.err(`cannot be read: ${message}`));
  });
  worker.once('exit', () => {
    clearTimeout(timer);
    resolve(Result.err('cannot be read: the thread that reads it ended'));
  });
  return promise;
}
