import { AegisError, type Logger, type Random } from '@aegis/model';
import { backoffMs, pause } from '../pipeline/backoff.ts';

export interface Patience {
  /** Ends it. */
  readonly signal: AbortSignal;
  readonly random: Random;
  readonly logger: Logger;
}

/** Such as `memory_unavailable`: it will be back. */
const AWAY = /_unavailable$/;
const LONGEST = 6;

/**
 * False where it was not done by the end of patience. While what it needs is away it is tried again; any other
 * failure is its own, and counts as done: what comes after it is not to suffer.
 */
export async function patiently(
  work: () => void | Promise<void>,
  { signal, random, logger }: Patience,
): Promise<boolean> {
  for (let failures = 0; !signal.aborted; failures++) {
    try {
      await work();
      return true;
    } catch (error) {
      if (!(error instanceof AegisError && AWAY.test(error.code))) {
        logger.error({ error: String(error) }, 'a message of the mesh could not be handled');
        return true;
      }
      if (failures === 0)
        logger.warn(
          { error: error.message },
          'what the mesh told cannot be kept yet; it will be tried again',
        );
      await pause(backoffMs(Math.min(failures, LONGEST), random), signal);
    }
  }
  return false;
}
