import type { Timestamp } from '@aegis/model';
import { canonicalJson } from '../canonical-json.ts';
import type { Finding, FindingKind } from './finding.ts';
import { parseLeaf, type TrailRecord, wellFormed } from './leaf.ts';
import type { KeptEntry } from './verify-trail.ts';

/** A write as the ledger's journal tells of it. */
export interface Journalled {
  readonly number: number;
  readonly kind: TrailRecord['kind'];
  readonly id: string;
  readonly at: Timestamp;
  readonly record?: object;
}

export interface LedgerComparison {
  /** In order. */
  readonly entries: AsyncIterable<KeptEntry>;
  /** In order. */
  readonly journal: AsyncIterable<Journalled>;
  /** Ids of records that the journal does not tell of. */
  readonly strays: readonly string[];
  /** The last journal number that is on the trail. */
  readonly position: number;
  /** Records from before this may have been removed as the ledger's retention says. */
  readonly retainedSince: Timestamp;
}

/** How the ledger and the trail agree. */
export interface Agreement {
  readonly findings: readonly Finding[];
  /** Records that are the same in both. */
  readonly same: number;
  /** Writes that are not on the trail yet. */
  readonly waiting: number;
}

const MAX_FINDINGS = 1_000;

/** Walks the trail and the ledger side by side and tells of every record that is in one and not so in the other. */
export async function compareWithLedger(comparison: LedgerComparison): Promise<Agreement> {
  const { position, retainedSince, strays } = comparison;
  const findings: Finding[] = [];
  const tell = (kind: FindingKind, index: number, message: string): void => {
    if (findings.length < MAX_FINDINGS) findings.push({ kind, from: index, to: index + 1, message });
  };
  const journal = comparison.journal[Symbol.asyncIterator]();
  let written = await journal.next();
  let same = 0;
  let index = 0;
  // Entries whose bodies have expired do not say what they are about, nor whether the ledger has more.
  let isBlind = false;
  const passBy = async (number: number): Promise<void> => {
    for (; !written.done && written.value.number < number; written = await journal.next()) {
      if (isBlind) continue;
      const { kind, id, number: skipped } = written.value;
      tell(
        'record_inserted',
        index,
        `the ledger's ${kind} ${id} (journal ${skipped}) is not on the trail, which goes past it at entry ${index}`,
      );
    }
  };
  for await (const entry of comparison.entries) {
    index = entry.index;
    const recorded = entry.body === undefined ? undefined : parseLeaf(entry.body);
    if (recorded === undefined) {
      isBlind = true;
      continue;
    }
    await passBy(recorded.journal);
    isBlind = false;
    if (written.done || written.value.number !== recorded.journal) {
      if (timeOf(recorded) >= retainedSince)
        tell(
          'record_removed',
          index,
          `${recorded.kind} ${recorded.id} is entry ${index} of the trail and gone from the ledger's journal`,
        );
      continue;
    }
    const found = written.value;
    written = await journal.next();
    if (found.id !== recorded.id || found.kind !== recorded.kind)
      tell(
        'record_order',
        index,
        `entry ${index} is ${recorded.kind} ${recorded.id}; the ledger has ${found.kind} ${found.id} at that place (journal ${found.number})`,
      );
    else if (found.record === undefined) {
      if (recorded.record !== null && found.at >= retainedSince)
        tell(
          'record_removed',
          index,
          `${recorded.kind} ${recorded.id} is entry ${index} of the trail and gone from the ledger`,
        );
    } else if (recorded.record !== null) {
      const changed = changedMembers(recorded.record, found.record);
      if (changed.length === 0) same++;
      else
        tell(
          'record_changed',
          index,
          `${recorded.kind} ${recorded.id} (entry ${index}) was changed in the ledger: ${changed.join(', ')}`,
        );
    }
  }
  await passBy(position + 1);
  let waiting = 0;
  for (; !written.done; written = await journal.next()) waiting++;
  for (const id of strays)
    tell('record_inserted', index, `the ledger has a record ${id} that was not written through it`);
  return { findings, same, waiting };
}

function timeOf({ at, record }: TrailRecord): Timestamp {
  const told = (record as { readonly at?: unknown } | null)?.at;
  return typeof told === 'number' ? told : at;
}

/** Names of the members that differ. */
function changedMembers(trail: object, ledger: object): readonly string[] {
  const [ours, theirs] = [wellFormed(trail), wellFormed(ledger)] as [
    Record<string, unknown>,
    Record<string, unknown>,
  ];
  const names = [...new Set([...Object.keys(ours), ...Object.keys(theirs)])];
  return names
    .filter((name) => canonicalJson(ours[name] ?? null) !== canonicalJson(theirs[name] ?? null))
    .sort();
}
