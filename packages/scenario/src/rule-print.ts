import type { Rule } from './rule.ts';
import { valueHash } from './value-hash.ts';

/** Two rules with the same print fill the same buckets the same way; examples and words about it do not count. */
export function rulePrint(rule: Rule): number {
  const { must_catch: _caught, must_not: _spared, about: _about, references: _references, ...counts } = rule;
  return valueHash(JSON.stringify(counts));
}
