import { setTimeout as sleep } from 'node:timers/promises';

const TRIES = 200;

/** Tries again while Redis is not there. */
export async function patiently<T>(work: () => Promise<T>): Promise<T> {
  for (let tries = 0; ; tries++) {
    try {
      return await work();
    } catch (error) {
      if (tries === TRIES) throw error;
      await sleep(100);
    }
  }
}
