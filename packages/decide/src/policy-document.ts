import { DURATION_PATTERN, writeDuration } from '@aegis/model';
import { z } from 'zod';
import { Policy, type Strategy } from './policy.ts';

/** A policy as it is written, kept and shown: nothing left out, lengths of time as text. */
export interface PolicyDocument {
  readonly name: string;
  readonly strategies: readonly StrategyDocument[];
  readonly exempt: readonly string[];
  readonly protected: readonly string[];
  readonly limits: {
    readonly max_duration: string | number;
    readonly widest_ipv4: number;
    readonly widest_ipv6: number;
  };
  readonly proposals: {
    readonly min_confidence: number;
    readonly repeat: { readonly factor: number; readonly max: string | number };
  };
}

export interface StrategyDocument {
  readonly name: string;
  readonly origins: readonly string[];
  readonly scopes?: readonly string[];
  readonly weight: number;
  readonly freshness:
    | { readonly kind: 'none' }
    | { readonly kind: 'linear'; readonly window: string | number; readonly floor: number };
  readonly mode: string;
}

/** The inverse of `Policy.parse`: what it makes is read back as the same policy. */
export function policyDocument(policy: Policy): PolicyDocument {
  const { name, strategies, exempt, limits, proposals } = policy;
  return {
    name,
    strategies: strategies.map(strategyDocument),
    exempt,
    protected: policy.protected,
    limits: {
      max_duration: written(limits.maxDurationSeconds),
      widest_ipv4: limits.widestV4,
      widest_ipv6: limits.widestV6,
    },
    proposals: {
      min_confidence: proposals.minConfidence,
      repeat: { factor: proposals.repeat.factor, max: written(proposals.repeat.maxSeconds) },
    },
  };
}

function strategyDocument({ name, origins, scopes, weight, freshness, mode }: Strategy): StrategyDocument {
  return {
    name,
    origins,
    ...(scopes !== undefined && { scopes }),
    weight,
    freshness:
      freshness.kind === 'none'
        ? freshness
        : { kind: 'linear', window: written(freshness.windowSeconds), floor: freshness.floor },
    mode,
  };
}

/** As text where that says exactly the same. */
function written(seconds: number): string | number {
  const ms = seconds * 1000;
  if (!Number.isInteger(ms) || ms === 0) return seconds;
  const text = writeDuration(ms);
  return DURATION_PATTERN.test(text) ? text : seconds;
}

/** What the published schema is named by. */
const SCHEMA_ID = 'urn:aegis:schema:policy';

/** The JSON Schema (draft 2020-12) of a policy document, for editors and other programs. */
export function policyJsonSchema(): Record<string, unknown> {
  const { $schema, ...schema } = z.toJSONSchema(Policy, { io: 'input' });
  return { $schema, $id: SCHEMA_ID, title: 'Aegis policy', ...schema };
}
