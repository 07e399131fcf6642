import { AegisError, type Clock, type Decision, type Prefix, type Timestamp } from '@aegis/model';
import type { Enforcer, EnforcerChange } from '@aegis/ports';
import { elementOf } from './element.ts';
import { elementCommands } from './element-commands.ts';
import { endOf, type HeldElement, HeldElements } from './held-elements.ts';
import type { Nft } from './nft.ts';
import { emptyTable, setWithRules } from './ruleset.ts';

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

/** The port, and what only a packet filter needs. */
export interface NftablesEnforcer extends Enforcer {
  /** From here on these always pass, in place of those before: one transaction, no moment without the bans. */
  protect(prefixes: readonly Prefix[]): Promise<void>;
}

/** Letters, digits and `_`, so that no name can end a command and begin another. */
const TABLE_NAME = /^[A-Za-z_][A-Za-z0-9_]{0,30}$/;
/** What ended is remembered this long, until the kernel has surely dropped it too. */
const REMEMBERED_MS = 60_000;

/**
 * Drops packets from and to banned addresses and prefixes, and returns early for allowed ones, which here go before
 * every ban: a packet filter cannot weigh. The table is its own; nothing else is touched. What was put in force
 * stays in force when this is closed or the process dies, and the kernel lets each element end at its time.
 * Needs CAP_NET_ADMIN.
 */
export function createNftablesEnforcer(options: NftablesOptions): NftablesEnforcer {
  const { table = 'aegis' } = options;
  if (!TABLE_NAME.test(table))
    throw new AegisError('bad_table', `${JSON.stringify(table)} cannot be the name of a table`);
  return new OwnTable(options, table);
}

class OwnTable implements NftablesEnforcer {
  readonly name = 'nftables';
  readonly #nft: Nft;
  readonly #clock: Clock;
  readonly #table: string;
  readonly #priority: number;
  #protected: readonly Prefix[];
  #held = new HeldElements();
  /** Sets that are in the table. */
  #sets = new Set<string>();
  /** Whether the table is as we left it. Not so at the start, and after nftables refused something. */
  #laid = false;
  #prunedAt = 0;
  #work: Promise<unknown> = Promise.resolve();
  #closed = false;

  constructor({ nft, clock, priority = -310, protectedPrefixes }: NftablesOptions, table: string) {
    this.#nft = nft;
    this.#clock = clock;
    this.#table = table;
    this.#priority = priority;
    this.#protected = protectedPrefixes;
  }

  supports(decision: Decision): boolean {
    return elementOf(decision) !== undefined;
  }

  apply(changes: readonly EnforcerChange[]): Promise<void> {
    return this.#inTurn(() => this.#apply(changes));
  }

  list(): Promise<readonly Decision[]> {
    return this.#inTurn(async () => this.#held.decisions(this.#clock.now()));
  }

  clear(): Promise<void> {
    return this.#inTurn(async () => {
      await this.#run([`add table inet ${this.#table}`, `delete table inet ${this.#table}`]);
      this.#held = new HeldElements();
      this.#laid = false;
    });
  }

  protect(prefixes: readonly Prefix[]): Promise<void> {
    return this.#inTurn(async () => {
      this.#protected = prefixes;
      const wasLaid = this.#laid;
      this.#laid = false;
      if (wasLaid) await this.#layAll(this.#clock.now());
    });
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.#work;
    this.#nft.close();
  }

  async #apply(changes: readonly EnforcerChange[]): Promise<void> {
    const impossible = changes.find((change) => change.kind === 'enforce' && !this.supports(change.decision));
    if (impossible?.kind === 'enforce') {
      const { id, scope, action } = impossible.decision;
      throw new AegisError(
        'enforcer_unavailable',
        `nftables cannot carry out a ${action} of a ${scope} (${id})`,
      );
    }
    if (changes.length === 0 && this.#laid) return;
    const now = this.#clock.now();
    this.#prune(now);
    const undo = changes.map((change) => this.#asItIs(change)).reverse();
    const touched = this.#held.change(changes);
    try {
      await (this.#laid ? this.#write(touched, now) : this.#layAll(now));
    } catch (error) {
      // Of one decision that was changed twice, the last undone is as it was at first.
      this.#held.change(undo);
      this.#laid = false;
      throw error;
    }
  }

  /** The change that would bring back what stands now. */
  #asItIs(change: EnforcerChange): EnforcerChange {
    const id = change.kind === 'enforce' ? change.decision.id : change.id;
    const decision = this.#held.get(id);
    return decision === undefined ? { kind: 'retract', id } : { kind: 'enforce', decision };
  }

  /** A new table with everything that is held, in place of the old one: at no moment is there neither. */
  async #layAll(now: Timestamp): Promise<void> {
    const held = [...this.#held.all()];
    for (const element of held) element.written = 0;
    const sets = new Set<string>();
    const [table, priority, protectedPrefixes] = [this.#table, this.#priority, this.#protected];
    await this.#run([
      ...emptyTable({ table, priority, protectedPrefixes }),
      ...this.#newSets(held, sets),
      ...elementCommands(table, held, now),
    ]);
    this.#noteWritten(held, sets, now);
    this.#laid = true;
  }

  async #write(touched: Iterable<HeldElement>, now: Timestamp): Promise<void> {
    const changed = [...touched].filter((held) => held.written !== endOf(held));
    if (changed.length === 0) return;
    const sets = new Set(this.#sets);
    await this.#run([...this.#newSets(changed, sets), ...elementCommands(this.#table, changed, now)]);
    this.#noteWritten(changed, sets, now);
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

  #noteWritten(elements: readonly HeldElement[], sets: Set<string>, now: Timestamp): void {
    this.#sets = sets;
    for (const held of elements) {
      const end = endOf(held);
      held.written = end > now ? end : 0;
    }
  }

  async #run(commands: readonly string[]): Promise<void> {
    try {
      await this.#nft.run(`${commands.join('\n')}\n`);
    } catch (error) {
      const said = error instanceof Error ? error.message : String(error);
      throw new AegisError('enforcer_unavailable', `nftables refused: ${said.trim()}`, { cause: error });
    }
  }

  #prune(now: Timestamp): void {
    if (now - this.#prunedAt < REMEMBERED_MS) return;
    this.#held.prune(now - REMEMBERED_MS);
    this.#prunedAt = now;
  }

  /** One thing after the other: nobody sees half a batch. */
  #inTurn<T>(act: () => Promise<T>): Promise<T> {
    const done = this.#work.then(() => {
      if (this.#closed) throw new AegisError('enforcer_unavailable', 'the nftables enforcer is closed');
      return act();
    });
    this.#work = done.catch(() => {});
    return done;
  }
}
