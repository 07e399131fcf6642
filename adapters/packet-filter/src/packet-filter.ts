import { AegisError, type Clock, type Decision, type Prefix, type Timestamp } from '@aegis/model';
import type { Enforcer, EnforcerChange } from '@aegis/ports';
import { elementOf } from './element.ts';
import { endOf, type HeldElement, HeldElements } from './held-elements.ts';
import { addCounts, NO_PACKETS, type PacketCounts } from './packet-counts.ts';

/** The sets and rules in the kernel, as one technology has them. Every method rejects where the kernel refuses. */
export interface KernelSets {
  /** `nftables`. */
  readonly name: string;
  /** Whether what fails has changed nothing. */
  readonly isAtomic: boolean;
  /** Everything anew, with these elements and no others; what is protected goes before all of them. */
  lay(held: readonly HeldElement[], protectedPrefixes: readonly Prefix[], now: Timestamp): Promise<void>;
  /** These elements as they are now; where it fails, everything is laid anew next. */
  write(changed: readonly HeldElement[], now: Timestamp): Promise<void>;
  /** Everything of ours is gone afterwards. */
  clear(): Promise<void>;
  /** Since everything was laid last. */
  packets(): Promise<PacketCounts>;
  close(): void;
  /** The longest an element may be told to stay, ms; those that shall stay longer are written again in time. */
  readonly longestMs?: number;
}

/** The port, and what only a packet filter needs. */
export interface PacketFilter extends Enforcer {
  /** From here on these always pass, in place of those before: no moment without the bans. */
  protect(prefixes: readonly Prefix[]): Promise<void>;
  /**
   * Since this one laid its sets first; never less than before. Those that came by while everything was laid anew, a
   * few milliseconds, may be missing. Throws AegisError `enforcer_unavailable`.
   */
  packets(): Promise<PacketCounts>;
}

export interface PacketFilterOptions {
  readonly kernel: KernelSets;
  readonly clock: Clock;
  /** Packets from and to these always pass, whatever is decided: own addresses, management networks. */
  readonly protectedPrefixes: readonly Prefix[];
}

/** What ended is remembered this long, until the kernel has surely dropped it too. */
const REMEMBERED_MS = 60_000;

/**
 * An enforcer that keeps banned and allowed addresses and prefixes in sets of the kernel. What is allowed goes before
 * every ban: a packet filter cannot weigh. What was put in force stays in force when this is closed or the process
 * dies, and the kernel lets each element end at its time.
 */
export function createPacketFilter(options: PacketFilterOptions): PacketFilter {
  return new HeldInKernel(options);
}

class HeldInKernel implements PacketFilter {
  readonly #kernel: KernelSets;
  readonly #clock: Clock;
  #protected: readonly Prefix[];
  #held = new HeldElements();
  /** Whether the kernel's sets are as we left them. Not so at the start, and after the kernel refused something. */
  #laid = false;
  /** Whether what the kernel counts is about sets of this process. */
  #counts = false;
  /** In the sets that were replaced since. */
  #counted: PacketCounts = NO_PACKETS;
  #prunedAt = 0;
  #work: Promise<unknown> = Promise.resolve();
  #closed = false;

  constructor({ kernel, clock, protectedPrefixes }: PacketFilterOptions) {
    this.#kernel = kernel;
    this.#clock = clock;
    this.#protected = protectedPrefixes;
  }

  get name(): string {
    return this.#kernel.name;
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
      await this.#keepCounts();
      await this.#run(() => this.#kernel.clear());
      this.#held = new HeldElements();
      this.#laid = false;
    });
  }

  packets(): Promise<PacketCounts> {
    return this.#inTurn(async () => {
      if (!this.#counts) return this.#counted;
      return addCounts(this.#counted, await this.#run(() => this.#kernel.packets()));
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
    this.#kernel.close();
  }

  async #apply(changes: readonly EnforcerChange[]): Promise<void> {
    const impossible = changes.find((change) => change.kind === 'enforce' && !this.supports(change.decision));
    if (impossible?.kind === 'enforce') {
      const { id, scope, action } = impossible.decision;
      throw new AegisError(
        'enforcer_unavailable',
        `${this.name} cannot carry out a ${action} of a ${scope} (${id})`,
      );
    }
    if (changes.length === 0 && this.#laid) return;
    const now = this.#clock.now();
    const toRenew = this.#prune(now);
    const undo = changes.map((change) => this.#asItIs(change)).reverse();
    const touched = this.#held.change(changes);
    try {
      await (this.#laid ? this.#write([...touched, ...toRenew], now) : this.#layAll(now));
    } catch (error) {
      // Of one decision that was changed twice, the last undone is as it was at first.
      this.#held.change(undo);
      this.#laid = false;
      if (!this.#kernel.isAtomic) await this.#layAll(now).catch(() => {});
      throw error;
    }
  }

  /** The change that would bring back what stands now. */
  #asItIs(change: EnforcerChange): EnforcerChange {
    const id = change.kind === 'enforce' ? change.decision.id : change.id;
    const decision = this.#held.get(id);
    return decision === undefined ? { kind: 'retract', id } : { kind: 'enforce', decision };
  }

  async #layAll(now: Timestamp): Promise<void> {
    const held = [...this.#held.all()];
    for (const element of held) element.written = 0;
    await this.#keepCounts();
    await this.#run(() => this.#kernel.lay(held, this.#protected, now));
    this.#noteWritten(held, now);
    this.#laid = true;
    this.#counts = true;
  }

  /** Before the kernel forgets them. What cannot be read any more is lost, and keeps nothing from being laid. */
  async #keepCounts(): Promise<void> {
    if (!this.#counts) return;
    this.#counts = false;
    const last = await this.#kernel.packets().catch(() => NO_PACKETS);
    this.#counted = addCounts(this.#counted, last);
  }

  async #write(touched: readonly HeldElement[], now: Timestamp): Promise<void> {
    const changed = touched.filter((held) => held.written !== this.#writable(held, now));
    if (changed.length === 0) return;
    await this.#run(() => this.#kernel.write(changed, now));
    this.#noteWritten(changed, now);
  }

  #noteWritten(elements: readonly HeldElement[], now: Timestamp): void {
    for (const held of elements) held.written = this.#writable(held, now);
  }

  /** When the kernel drops it, where it is written now; 0 where it is not there then. */
  #writable(held: HeldElement, now: Timestamp): Timestamp {
    const { longestMs = Number.POSITIVE_INFINITY } = this.#kernel;
    const end = endOf(held);
    return end > now ? Math.min(end, now + longestMs) : 0;
  }

  async #run<T>(act: () => Promise<T>): Promise<T> {
    try {
      return await act();
    } catch (error) {
      const said = error instanceof Error ? error.message : String(error);
      throw new AegisError('enforcer_unavailable', `${this.name} refused: ${said.trim()}`, { cause: error });
    }
  }

  /** Forgets what has ended; those that the kernel would drop too early. */
  #prune(now: Timestamp): readonly HeldElement[] {
    if (now - this.#prunedAt < REMEMBERED_MS) return [];
    this.#held.prune(now - REMEMBERED_MS);
    this.#prunedAt = now;
    const { longestMs } = this.#kernel;
    if (longestMs === undefined) return [];
    return [...this.#held.all()].filter(
      (held) => held.written < endOf(held) && held.written < now + longestMs / 2,
    );
  }

  /** One thing after the other: nobody sees half a batch. */
  #inTurn<T>(act: () => Promise<T>): Promise<T> {
    const done = this.#work.then(() => {
      if (this.#closed) throw new AegisError('enforcer_unavailable', `the ${this.name} enforcer is closed`);
      return act();
    });
    this.#work = done.catch(() => {});
    return done;
  }
}
