import { isDeepStrictEqual } from 'node:util';
import type { Limits } from '../limits/limits.ts';

/** What is to run. */
export interface PluginPlan {
  readonly name: string;
  /** Of this host's own config, or a plugin in the box: a server never says what is executed. */
  readonly command: readonly string[];
  readonly settings: Readonly<Record<string, unknown>>;
  readonly limits: Limits;
}

export function isSamePlan(a: PluginPlan, b: PluginPlan): boolean {
  return isDeepStrictEqual(a, b);
}
