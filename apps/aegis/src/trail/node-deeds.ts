import type { Clock, Logger } from '@aegis/model';
import type { AuditEntry, Ledger } from '@aegis/ports';
import type { Part } from '../node/lifecycle.ts';

export interface NodeDeedsOptions {
  readonly node: { readonly id: string; readonly version: string };
  readonly ledger: Pick<Ledger, 'appendAudit'>;
  readonly clock: Clock;
  readonly newId: () => string;
  readonly logger: Logger;
}

/**
 * Puts the start and the stop of a node on the trail; a start without a stop before it was a crash. To be started
 * right after the trail, so that it is stopped right before it, when all else has ended.
 */
export function nodeDeeds({ node, ledger, clock, newId, logger }: NodeDeedsOptions): Part {
  const write = async (action: string): Promise<void> => {
    const entry: AuditEntry = {
      id: newId(),
      at: clock.now(),
      actor: 'node',
      action,
      target: node.id,
      from: 'local',
      result: 'ok',
      detail: { version: node.version },
    };
    await ledger
      .appendAudit([entry])
      .catch((error: unknown) => logger.warn({ error }, `no audit of ${action}`));
  };
  return { name: 'audit of the node', start: () => write('node.start'), stop: () => write('node.stop') };
}
