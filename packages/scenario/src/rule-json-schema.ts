import { z } from 'zod';
import { Rule } from './rule.ts';

/** The JSON Schema of one rule as it is written, for editors that check YAML as it is typed. */
export function ruleJsonSchema(): unknown {
  return { title: 'Aegis scenario rule', ...z.toJSONSchema(Rule, { io: 'input', unrepresentable: 'any' }) };
}
