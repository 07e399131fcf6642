import type { Decision, Family, Prefix, Random, Verdict } from '@aegis/model';
import { PrefixTable } from '@aegis/netset';
import type { Fading } from './arbitration.ts';
import type { DecisionKind } from './decision-kind.ts';
import type { Policy, Strategy, StrategyMode } from './policy.ts';
import { ALWAYS_PROTECTED } from './protection.ts';
import { exemptVerdict } from './verdicts.ts';

/** How often a strategy had a say. Only ever grows while the strategy keeps its name. */
export interface StrategyCount {
  readonly strategy: string;
  readonly mode: StrategyMode;
  /** Decisions of it, not expired, that matched a check. */
  readonly matched: number;
  /** Checks that it decided; with mode shadow, that it would have decided. */
  readonly decided: number;
}

export interface ActiveStrategy extends Fading {
  readonly name: string;
  readonly mode: StrategyMode;
  readonly weight: number;
  matched: number;
  decided: number;
}

/** A policy made ready for checks. */
export class ActivePolicy {
  readonly policy: Policy;
  readonly strategies: readonly ActiveStrategy[];
  readonly #exempt: PrefixTable;
  readonly #exemptVerdicts: readonly Verdict[];
  readonly #protected: PrefixTable;
  readonly #protectedPrefixes: readonly Prefix[];

  /** Takes over the counts of strategies that `before` had under the same name. */
  constructor(policy: Policy, random: Random, before?: ActivePolicy) {
    this.policy = policy;
    this.strategies = policy.strategies.map((strategy) => {
      const counted = before?.strategies.find(({ name }) => name === strategy.name);
      return {
        name: strategy.name,
        mode: strategy.mode,
        weight: strategy.weight,
        ...fadingOf(strategy),
        matched: counted?.matched ?? 0,
        decided: counted?.decided ?? 0,
      };
    });
    this.#exempt = tableOf(policy.exempt, random);
    this.#exemptVerdicts = policy.exempt.map(exemptVerdict);
    this.#protectedPrefixes = [...ALWAYS_PROTECTED, ...policy.protected];
    this.#protected = tableOf(this.#protectedPrefixes, random);
  }

  /** The verdict on an address of the exempt list. */
  exemption(family: Family, words: Uint32Array): Verdict | undefined {
    if (this.#exemptVerdicts.length === 0) return undefined;
    return at(this.#exemptVerdicts, this.#exempt.lookup(family, words));
  }

  /** The prefix of the exempt list that the address is in. */
  exemptPrefix(family: Family, words: Uint32Array): Prefix | undefined {
    return at(this.policy.exempt, this.#exempt.lookup(family, words));
  }

  isProtected(family: Family, words: Uint32Array): boolean {
    return this.#protected.lookup(family, words) >= 0;
  }

  /** The protected prefix that the address is in. */
  protectedPrefix(family: Family, words: Uint32Array): Prefix | undefined {
    return at(this.#protectedPrefixes, this.#protected.lookup(family, words));
  }

  /** The first strategy that takes decisions of the kind. Remembered in it while the policy stays. */
  strategyOf(kind: DecisionKind): ActiveStrategy | undefined {
    if (kind.policy !== this) {
      const index = this.policy.strategies.findIndex((strategy) => takes(strategy, kind));
      kind.strategy = at(this.strategies, index);
      kind.policy = this;
    }
    return kind.strategy;
  }

  counts(): readonly StrategyCount[] {
    return this.strategies.map(({ name, mode, matched, decided }) => ({
      strategy: name,
      mode,
      matched,
      decided,
    }));
  }
}

/** Whether a strategy takes decisions of this origin and scope. */
export function takes(strategy: Strategy, { origin, scope }: Pick<Decision, 'origin' | 'scope'>): boolean {
  if (strategy.scopes !== undefined && !strategy.scopes.includes(scope)) return false;
  return strategy.origins.some((pattern) =>
    pattern.endsWith('*') ? origin.startsWith(pattern.slice(0, -1)) : origin === pattern,
  );
}

function fadingOf({ freshness }: Strategy): Fading {
  if (freshness.kind === 'none') return { windowMs: Number.POSITIVE_INFINITY, floor: 1 };
  return { windowMs: freshness.windowSeconds * 1000, floor: freshness.floor };
}

function tableOf(prefixes: readonly Prefix[], random: Random): PrefixTable {
  const table = new PrefixTable({ random });
  for (const [index, prefix] of prefixes.entries()) table.insert(prefix, index);
  return table;
}

/** Reading a member -1 gives undefined too, but off the engine's fast path: it doubled the time of a check. */
function at<T>(list: readonly T[], index: number): T | undefined {
  return index < 0 ? undefined : list[index];
}
