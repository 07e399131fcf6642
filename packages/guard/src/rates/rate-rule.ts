import type { RateUnit } from './rate-unit.ts';

/** How many requests of a kind may pass. */
export interface RateRule {
  /** Its place in the domain, for metrics: `web.path_/login.remote_address`. */
  readonly id: string;
  /** What other rules call it that replace it; empty where it has no name. */
  readonly name: string;
  /** 0 lets nothing pass; infinite where there is no limit. */
  readonly requestsPerUnit: number;
  readonly unit: RateUnit;
  /** It counts, and refuses nobody. */
  readonly shadow: boolean;
  /** Names of rules that do not count where this one applies to the same request. */
  readonly replaces: readonly string[];
}

/** A level of descriptors: by key, the values that are named, values that begin alike, and any other value. */
export type RateLevel = ReadonlyMap<string, RateKey>;

export interface RateKey {
  readonly values: ReadonlyMap<string, RateNode>;
  /** Longest first. */
  readonly prefixes: readonly { readonly prefix: string; readonly node: RateNode }[];
  readonly any?: RateNode;
}

export interface RateNode {
  readonly rule?: RateRule;
  readonly below: RateLevel;
}

/** By their names. */
export type RateDomains = ReadonlyMap<string, RateLevel>;

export interface RateEntry {
  readonly key: string;
  readonly value: string;
}

/** The rule that stands exactly where these entries lead; not one above or below it. */
export function findRule(domain: RateLevel, entries: readonly RateEntry[]): RateRule | undefined {
  let level = domain;
  let node: RateNode | undefined;
  for (const { key, value } of entries) {
    const known = level.get(key);
    node =
      known?.values.get(value) ??
      known?.prefixes.find(({ prefix }) => value.startsWith(prefix))?.node ??
      known?.any;
    if (node === undefined) return undefined;
    level = node.below;
  }
  return node?.rule;
}
