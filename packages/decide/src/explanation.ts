import type { Decision, Verdict } from '@aegis/model';
import type { StrategyMode } from './policy.ts';

/**
 * `won`: gave the verdict. `exempts`: gave the verdict as an exemption. `lost`: outranked, or the address is
 * protected. `shadow`: its strategy only watches. `expired`: has ended. `off`: its strategy is off, or none
 * takes it.
 */
export type CandidateResult = 'won' | 'exempts' | 'lost' | 'shadow' | 'expired' | 'off';

export interface Candidate {
  /** Or what stands for the policy's exempt list: origin `policy`, found in no ledger. */
  readonly decision: Decision;
  /** Empty where none takes it. */
  readonly strategy: string;
  readonly mode: StrategyMode;
  /** The strategy's times the decision's. */
  readonly weight: number;
  readonly freshness: number;
  readonly granularity: number;
  /** weight x freshness x granularity; Infinity for an exemption. */
  readonly score: number;
  readonly result: CandidateResult;
  /** In words. */
  readonly why: string;
}

export interface Explanation {
  readonly verdict: Verdict;
  /** What it would be if shadow strategies were enforced; absent where none of them has a say. */
  readonly shadow?: Verdict;
  /** The winner first, then by rank, then those that did not count. */
  readonly candidates: readonly Candidate[];
}
