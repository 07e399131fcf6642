import type { Random } from '@aegis/model';

/** How long to wait before the next try, ms: doubling from 100 ms to 30 s, with full jitter (AWS, 2015). */
export function backoffMs(failures: number, random: Random): number {
  return Math.ceil(random.next() * Math.min(30_000, 100 * 2 ** Math.min(failures, 16)));
}

/** Resolves after `ms`, or at once when the signal is aborted. Never rejects. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(done, ms);
  signal.addEventListener('abort', done, { once: true });
  function done(): void {
    clearTimeout(timer);
    signal.removeEventListener('abort', done);
    resolve();
  }
  return promise;
}
