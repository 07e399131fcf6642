import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { type PrefixParts, seededRandom } from '@aegis/model';
import { PrefixTable } from '@aegis/netset';

export interface Pauses {
  /** The longest look-up of another thread in each reload, ms. */
  readonly reload: readonly number[];
  /** The same while this thread does the same work on a table of its own: what the machine does to a reader. */
  readonly undisturbed: readonly number[];
}

/** A thread reads a shared table while this one builds the table's successor and puts it in force. */
export async function reloadPauses(
  entries: readonly PrefixParts[],
  clients: Int32Array,
  reloads: number,
): Promise<Pauses> {
  const table = PrefixTable.shared({ random: seededRandom(8) });
  fill(table, entries);
  const reload: number[] = [];
  const undisturbed: number[] = [];
  for (let round = 0; round < reloads; round++) {
    const own = new PrefixTable({ random: seededRandom(9) });
    undisturbed.push(await longestLookup(table, clients, () => fill(own, entries)));
    const replace = (): void => {
      fill(table.successor(), entries);
      table.succeed();
    };
    reload.push(await longestLookup(table, clients, replace));
  }
  return { reload, undisturbed };
}

async function longestLookup(table: PrefixTable, clients: Int32Array, work: () => void): Promise<number> {
  const phase = new SharedArrayBuffer(4);
  const state = new Int32Array(phase);
  const worker = new Worker(new URL('./pause-reader.ts', import.meta.url), {
    workerData: { buffer: table.buffer, phase, clients },
  });
  await once(worker, 'message');
  await new Promise((resolve) => setTimeout(resolve, 300));
  Atomics.store(state, 0, 1);
  work();
  const report = once(worker, 'message');
  Atomics.store(state, 0, 2);
  const [{ longest }] = (await report) as [{ longest: number }];
  await worker.terminate();
  return longest;
}

function fill(table: PrefixTable, entries: readonly PrefixParts[]): void {
  for (let i = 0; i < entries.length; i++) table.insert(entries[i] as PrefixParts, i);
}
