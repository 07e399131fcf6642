import type { RunningAegis } from './aegis-process.ts';
import { eventually } from './eventually.ts';

interface Backlog {
  readonly waiting: number;
  readonly pending: number;
  readonly buried: number;
}

/** Waits until everything that was accepted is analysed; the backlog then. */
export function analysed(node: RunningAegis, ms: number = 60_000): Promise<Backlog> {
  return eventually(
    'everything is analysed',
    async () => {
      const { backlog } = await node.get<{ backlog: Backlog }>('/v1/node');
      return backlog.waiting + backlog.pending === 0 ? backlog : undefined;
    },
    ms,
  );
}
