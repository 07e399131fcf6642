import type { Decision } from '@aegis/model';
import { AegisError } from '@aegis/model';
import type { AuditEntry, DecisionEvent, Ledger } from '@aegis/ports';
import type { Masker } from '@aegis/trail';
import type { AuditBuffer } from './audit-buffer.ts';

export interface TrailedLedgerOptions {
  readonly ledger: Ledger;
  /** Absent: nothing is masked. */
  readonly masker?: Masker;
  readonly buffer: AuditBuffer;
  /** After each write. */
  readonly onWrite: () => void;
}

/**
 * The ledger as the node uses it: what people and attackers wrote is masked before it is kept, audit entries
 * survive a ledger that is away, and the trail hears of every write. Values of decisions are not masked: they are
 * what is enforced.
 */
export function trailedLedger({ ledger, masker, buffer, onWrite }: TrailedLedgerOptions): Ledger {
  const words = (text: string): string => masker?.text(text) ?? text;
  const maskedEntry = (entry: AuditEntry): AuditEntry =>
    masker === undefined
      ? entry
      : { ...entry, target: words(entry.target), detail: masker.value(entry.detail) as AuditEntry['detail'] };
  const maskedEvent = (event: DecisionEvent): DecisionEvent => {
    if (event.kind !== 'made') return { ...event, reason: words(event.reason) };
    const decision: Decision = { ...event.decision, reason: words(event.decision.reason) };
    return { ...event, decision };
  };
  const told = <T>(written: T): T => {
    onWrite();
    return written;
  };
  return {
    async appendDecisions(events, audit = []) {
      await buffer.drain((entries) => ledger.appendAudit(entries));
      return told(await ledger.appendDecisions(events.map(maskedEvent), audit.map(maskedEntry)));
    },
    async appendAudit(entries) {
      const masked = entries.map(maskedEntry);
      try {
        await buffer.drain((earlier) => ledger.appendAudit(earlier));
        await ledger.appendAudit(masked);
      } catch (error) {
        if (!(error instanceof AegisError) || error.code !== 'ledger_unavailable') throw error;
        await buffer.append(masked);
      }
      onWrite();
    },
    async appendPolicy(version) {
      await buffer.drain((entries) => ledger.appendAudit(entries));
      await ledger.appendPolicy({ ...version, reason: words(version.reason) });
      onWrite();
    },
    decisionsInForce: (at) => ledger.decisionsInForce(at),
    decisionHistory: (id) => ledger.decisionHistory(id),
    decisions: (query) => ledger.decisions(query),
    policyHistory: (name, limit) => ledger.policyHistory(name, limit),
    audit: (query) => ledger.audit(query),
    journal: (after, limit) => ledger.journal(after, limit),
    strays: (limit) => ledger.strays(limit),
    retain: (since) => ledger.retain(since),
    close: () => ledger.close(),
  };
}
