import type { Logger } from '@aegis/model';
import type { Part } from './lifecycle.ts';

/** Work that is done again and again; a failure is logged and the next turn comes all the same. */
export function timer(name: string, everyMs: number, work: () => void | Promise<void>, logger: Logger): Part {
  let handle: NodeJS.Timeout | undefined;
  let running: Promise<void> = Promise.resolve();
  const turn = async (): Promise<void> => {
    try {
      await work();
    } catch (error) {
      logger.error({ timer: name, error: String(error) }, 'periodic work failed; it will be tried again');
    }
    handle?.refresh();
  };
  return {
    name,
    start() {
      handle = setTimeout(() => {
        running = turn();
      }, everyMs);
    },
    async stop() {
      clearTimeout(handle);
      handle = undefined;
      await running;
    },
  };
}
