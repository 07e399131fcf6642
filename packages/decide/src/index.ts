export type { StrategyCount } from './active-policy.ts';
export { checkByTheBook } from './check-by-the-book.ts';
export { checkPolicy, type PolicyCheck } from './check-policy.ts';
export { type DecideContext, decide, type Refusal, type Wish } from './decide.ts';
export { defaultPolicy } from './default-policy.ts';
export { Enforceable } from './enforceable.ts';
export { DecisionEngine, type EngineOptions, type Reload } from './engine.ts';
export type { Candidate, CandidateResult, Explanation } from './explanation.ts';
export { granularityOf } from './granularity.ts';
export type { IndicatorList, IndicatorSource } from './indicator-source.ts';
export { lostProtection } from './lost-protection.ts';
export {
  type Freshness,
  Policy,
  type PolicyLimits,
  type ProposalRules,
  type Strategy,
  type StrategyMode,
} from './policy.ts';
export { diffPolicies, type PolicyChange } from './policy-diff.ts';
export {
  type PolicyDocument,
  policyDocument,
  policyJsonSchema,
  type StrategyDocument,
} from './policy-document.ts';
export type { DocumentPath, PolicyIssue } from './policy-issue.ts';
export { ALWAYS_PROTECTED } from './protection.ts';
export {
  type ChangedClient,
  type Reasoned,
  Simulation,
  type SimulationReport,
  type StandingPeriod,
  type StrategyEffect,
  type Transition,
} from './simulation.ts';
