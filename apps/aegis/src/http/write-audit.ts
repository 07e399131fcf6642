import type { AuditEntry } from '@aegis/ports';
import type { Actor } from '../node/services.ts';
import type { Scene } from './route.ts';

/** Writes what somebody did. Throws AegisError `ledger_unavailable`. */
export async function writeAudit(
  { services, clock, newId }: Pick<Scene, 'services' | 'clock' | 'newId'>,
  { name, from }: Actor,
  deed: Pick<AuditEntry, 'action' | 'target' | 'result' | 'detail'>,
): Promise<void> {
  await services.ledger.appendAudit([{ id: newId(), at: clock.now(), actor: name, from, ...deed }]);
}
