import { setTimeout as sleep } from 'node:timers/promises';
import { AegisError, type Clock, type Prefix, type Timestamp } from '@aegis/model';
import {
  createPacketFilter,
  type HeldElement,
  type KernelSets,
  type PacketCounts,
  type PacketFilter,
} from '@aegis/packet-filter';
import { COUNT_STEPS, clearLines, laySteps, readCounts } from './chains.ts';
import { allNames, LONGEST_S, layCommands, writeCommands } from './set-commands.ts';
import { type Step, script, type Tools } from './tools.ts';

export interface IpsetOptions {
  readonly tools: Tools;
  readonly clock: Clock;
  /** Begins the names of our sets and chains; default `aegis`. */
  readonly base?: string;
  /** Packets from and to these always pass, whatever is decided: own addresses, management networks. */
  readonly protectedPrefixes: readonly Prefix[];
}

/** Names of sets have at most 31 characters, of chains 28; nothing in them needs quoting. */
const BASE = /^[A-Za-z_][A-Za-z0-9_]{0,14}$/;

/** A rule that was removed holds its set for a moment longer: so often it is tried again to remove the set. */
const ATTEMPTS = 20;
const PAUSE_MS = 100;

/**
 * For machines without nftables: drops packets from and to banned addresses and prefixes by sets of ipset, which
 * chains of our own in iptables look into. Nothing else is touched. Each set is replaced at once where everything is
 * laid anew; a batch of changes comes into force element by element. Needs CAP_NET_ADMIN.
 */
export function createIpsetEnforcer(options: IpsetOptions): PacketFilter {
  const { tools, clock, base = 'aegis', protectedPrefixes } = options;
  if (!BASE.test(base))
    throw new AegisError('bad_table', `${JSON.stringify(base)} cannot begin the names of sets`);
  return createPacketFilter({ kernel: new OwnSets(tools, base), clock, protectedPrefixes });
}

class OwnSets implements KernelSets {
  readonly name = 'ipset';
  readonly isAtomic = false;
  readonly longestMs: number = LONGEST_S * 1_000;
  readonly #tools: Tools;
  readonly #base: string;

  constructor(tools: Tools, base: string) {
    this.#tools = tools;
    this.#base = base;
  }

  async lay(
    held: readonly HeldElement[],
    protectedPrefixes: readonly Prefix[],
    now: Timestamp,
  ): Promise<void> {
    const commands = layCommands(this.#base, held, protectedPrefixes, now);
    await this.#tools.run([restore(commands), ...laySteps(this.#base)]);
  }

  async write(changed: readonly HeldElement[], now: Timestamp): Promise<void> {
    await this.#tools.run([restore(writeCommands(this.#base, changed, now))]);
  }

  async clear(): Promise<void> {
    const names = allNames(this.#base);
    const lines = [
      ...clearLines(this.#base),
      ...names.map((name) => `ipset destroy ${name} 2>/dev/null || :`),
    ];
    for (let attempt = 1; ; attempt++) {
      const [, listed = ''] = await this.#tools.run([script(lines), { command: ['ipset', 'list', '-n'] }]);
      const left = listed.split('\n').filter((name) => names.includes(name));
      if (left.length === 0) return;
      if (attempt === ATTEMPTS) throw new Error(`something else uses the sets ${left.join(', ')}`);
      await sleep(PAUSE_MS);
    }
  }

  async packets(): Promise<PacketCounts> {
    return readCounts(this.#base, await this.#tools.run(COUNT_STEPS));
  }

  close(): void {}
}

function restore(commands: readonly string[]): Step {
  return { command: ['ipset', 'restore'], input: `${commands.join('\n')}\n` };
}
