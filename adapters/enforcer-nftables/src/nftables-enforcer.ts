import { AegisError, type Clock, type Prefix, type Timestamp } from '@aegis/model';
import {
  createPacketFilter,
  type HeldElement,
  type KernelSets,
  type PacketCounts,
  type PacketFilter,
} from '@aegis/packet-filter';
import { elementCommands } from './element-commands.ts';
import type { Nft } from './nft.ts';
import { emptyTable, listCounters, readCounters, setWithRules } from './ruleset.ts';

export interface NftablesOptions {
  readonly nft: Nft;
  readonly clock: Clock;
  /** Default `aegis`. */
  readonly table?: string;
  /** Default -310. */
  readonly priority?: number;
  /** Packets from and to these always pass, whatever is decided: own addresses, management networks. */
  readonly protectedPrefixes: readonly Prefix[];
}

/** Letters, digits and `_`, so that no name can end a command and begin another. */
const TABLE_NAME = /^[A-Za-z_][A-Za-z0-9_]{0,30}$/;

/**
 * Drops packets from and to banned addresses and prefixes, and returns early for allowed ones. The table is its own;
 * nothing else is touched. Each batch is one transaction. Needs CAP_NET_ADMIN.
 */
export function createNftablesEnforcer(options: NftablesOptions): PacketFilter {
  const { nft, table = 'aegis', priority = -310, clock, protectedPrefixes } = options;
  if (!TABLE_NAME.test(table))
    throw new AegisError('bad_table', `${JSON.stringify(table)} cannot be the name of a table`);
  return createPacketFilter({ kernel: new OwnTable(nft, table, priority), clock, protectedPrefixes });
}

class OwnTable implements KernelSets {
  readonly name = 'nftables';
  readonly isAtomic = true;
  readonly #nft: Nft;
  readonly #table: string;
  readonly #priority: number;
  /** Sets that are in the table. */
  #sets = new Set<string>();

  constructor(nft: Nft, table: string, priority: number) {
    this.#nft = nft;
    this.#table = table;
    this.#priority = priority;
  }

  /** A new table in place of the old one: at no moment is there neither. */
  async lay(
    held: readonly HeldElement[],
    protectedPrefixes: readonly Prefix[],
    now: Timestamp,
  ): Promise<void> {
    const sets = new Set<string>();
    const [table, priority] = [this.#table, this.#priority];
    await this.#run([
      ...emptyTable({ table, priority, protectedPrefixes }),
      ...this.#newSets(held, sets),
      ...elementCommands(table, held, now),
    ]);
    this.#sets = sets;
  }

  async write(changed: readonly HeldElement[], now: Timestamp): Promise<void> {
    const sets = new Set(this.#sets);
    await this.#run([...this.#newSets(changed, sets), ...elementCommands(this.#table, changed, now)]);
    this.#sets = sets;
  }

  async clear(): Promise<void> {
    await this.#run([`add table inet ${this.#table}`, `delete table inet ${this.#table}`]);
  }

  async packets(): Promise<PacketCounts> {
    return readCounters(await this.#nft.run(`${listCounters(this.#table)}\n`));
  }

  close(): void {
    this.#nft.close();
  }

  /** Commands for the sets that are not among `sets` yet; adds them there. */
  #newSets(elements: readonly HeldElement[], sets: Set<string>): readonly string[] {
    const commands: string[] = [];
    for (const { element, set } of elements) {
      if (sets.has(set)) continue;
      sets.add(set);
      commands.push(...setWithRules(this.#table, element));
    }
    return commands;
  }

  async #run(commands: readonly string[]): Promise<void> {
    await this.#nft.run(`${commands.join('\n')}\n`);
  }
}
