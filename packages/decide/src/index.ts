export type { StrategyCount } from './active-policy.ts';
export { checkByTheBook } from './check-by-the-book.ts';
export { type DecideContext, decide, type Refusal, type Wish } from './decide.ts';
export { defaultPolicy } from './default-policy.ts';
export { DecisionEngine, type EngineOptions, type Reload } from './engine.ts';
export type { Candidate, CandidateResult, Explanation } from './explanation.ts';
export {
  type Freshness,
  Policy,
  type PolicyLimits,
  type ProposalRules,
  type Strategy,
  type StrategyMode,
} from './policy.ts';
export { ALWAYS_PROTECTED } from './protection.ts';
