export type { Field, Test, Where } from './condition.ts';
export { parseRules, type RuleError } from './parse-rules.ts';
export { type Example, type ExampleEvents, Rule } from './rule.ts';
export { runExample } from './run-example.ts';
export { type ScenarioDetection, ScenarioEngine, type ScenarioOptions } from './scenario-engine.ts';
