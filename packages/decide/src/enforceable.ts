import { type Decision, Prefix, parseAddressWords, type Random } from '@aegis/model';
import { PrefixTable, prefixesOverlap } from '@aegis/netset';
import { takes } from './active-policy.ts';
import { isRestrictive } from './arbitration.ts';
import type { Policy } from './policy.ts';
import { ALWAYS_PROTECTED } from './protection.ts';

/** Remembered origins; beyond them they are looked up again. */
const MOST_REMEMBERED = 4_096;

/**
 * Which decisions may be handed to enforcers under a policy. An enforcer knows no strategies and no exemptions:
 * whatever it is given takes effect. So nothing of a strategy that only watches or is off, nor of an origin that
 * no strategy takes; and nothing restrictive on an address or range that has an address in common with a
 * protected or exempt prefix, as `decide` refuses it at birth, also where the decision is older than the policy.
 */
export class Enforceable {
  readonly #policy: Policy;
  readonly #shields: readonly Prefix[];
  readonly #table: PrefixTable;
  readonly #words: Uint32Array = new Uint32Array(4);
  readonly #enforced = new Map<string, boolean>();

  constructor(policy: Policy, random: Random) {
    this.#policy = policy;
    this.#shields = [...ALWAYS_PROTECTED, ...policy.protected, ...policy.exempt];
    this.#table = new PrefixTable({ random });
    for (const prefix of this.#shields) this.#table.insert(prefix, 0);
  }

  has(decision: Decision): boolean {
    if (!this.#isEnforced(decision)) return false;
    if (!isRestrictive(decision.action)) return true;
    if (decision.scope === 'ip') {
      const family = parseAddressWords(decision.value, this.#words);
      return this.#table.lookup(family, this.#words) < 0;
    }
    if (decision.scope !== 'range') return true;
    const range = Prefix.parts(decision.value as Prefix);
    return !this.#shields.some((shield) => prefixesOverlap(Prefix.parts(shield), range));
  }

  #isEnforced(decision: Decision): boolean {
    const key = `${decision.scope} ${decision.origin}`;
    const known = this.#enforced.get(key);
    if (known !== undefined) return known;
    const strategy = this.#policy.strategies.find((each) => takes(each, decision));
    const enforced = strategy?.mode === 'enforce';
    if (this.#enforced.size < MOST_REMEMBERED) this.#enforced.set(key, enforced);
    return enforced;
  }
}
