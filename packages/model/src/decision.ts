import { z } from 'zod';
import { Address } from './address.ts';
import type { Timestamp } from './clock.ts';
import { Prefix } from './prefix.ts';
import { Result } from './result.ts';

/** What a decision is about. `ip`, `range`, `country` and `as` are CrowdSec's scopes in lower case. */
export const SCOPES = [
  'ip',
  'range',
  'as',
  'as_name',
  'country',
  'continent',
  'domain',
  'hash',
  'url',
  'user_agent',
  'ja3',
  'ja4',
  'session',
  'user',
] as const;
export type Scope = (typeof SCOPES)[number];
export const Scope: z.ZodType<Scope> = z.enum(SCOPES);

/** What to do, the mildest first. `ban`, `captcha` and `throttle` are CrowdSec's types; the verdict of each is in `verdict.ts`. */
export const ACTIONS = ['allow', 'observe', 'throttle', 'captcha', 'shadow', 'ban'] as const;
export type Action = (typeof ACTIONS)[number];
export const Action: z.ZodType<Action> = z.enum(ACTIONS);

/** A rule in force until it expires or is lifted. Born only in the decision engine, kept first in the ledger. */
export interface Decision {
  readonly id: string;
  readonly scope: Scope;
  /** Canonical for its scope: see {@link canonicalScopeValue}. */
  readonly value: string;
  readonly action: Action;
  /** In words, for people. */
  readonly reason: string;
  /** Who wanted it: `aegis` (an own detection), `operator`, `import`, `feed:<name>`, `crowdsec`, `mesh`, ... */
  readonly origin: string;
  /** The rule, list or person behind the origin: a scenario's name, a user. */
  readonly source: string;
  /** Strength before freshness and granularity, above 0; 1 is ordinary. */
  readonly weight: number;
  readonly created: Timestamp;
  readonly expires: Timestamp;
  /** The session that gave rise to it. */
  readonly session?: string;
}

export const Decision: z.ZodType<Decision> = z.strictObject({
  id: z.string().min(1).max(128),
  scope: Scope,
  value: z.string().min(1).max(2048),
  action: Action,
  reason: z.string().max(1000),
  origin: z.string().min(1).max(128),
  source: z.string().max(256),
  weight: z.number().positive().max(1000),
  created: z.number().int(),
  expires: z.number().int(),
  session: z.string().max(128).exactOptional(),
});

/** A detection's wish for a decision. `key` makes it idempotent: the same key is decided once. */
export interface Proposal {
  readonly key: string;
  readonly scope: Scope;
  readonly value: string;
  readonly action: Action;
  readonly durationMs: number;
  readonly reason: string;
  readonly origin: string;
  readonly source: string;
  /** 0-100; becomes weight = confidence / 100. */
  readonly confidence: number;
  readonly session?: string;
}

export interface ScopeValueError {
  readonly kind: 'bad_scope_value';
  readonly message: string;
}

/**
 * The one spelling under which a value is stored, compared and looked up: addresses and prefixes canonical, a
 * /32 or /128 range is still a range, AS numbers without `AS`, countries and continents upper case, domains
 * lower case in IDNA form without a trailing dot, hashes lower case.
 */
export function canonicalScopeValue(scope: Scope, value: string): Result<string, ScopeValueError> {
  const bad = (message: string): Result<never, ScopeValueError> =>
    Result.err({ kind: 'bad_scope_value', message });
  const text = value.trim();
  switch (scope) {
    case 'ip': {
      const parsed = Address.parse(text);
      return parsed.ok ? parsed : bad(parsed.error.message);
    }
    case 'range': {
      const parsed = Prefix.parse(text);
      return parsed.ok ? parsed : bad(parsed.error.message);
    }
    case 'as': {
      const digits = text.replace(/^as/i, '');
      const valid = /^\d{1,10}$/.test(digits) && Number(digits) <= 0xffff_ffff;
      return valid
        ? Result.ok(String(Number(digits)))
        : bad(`${JSON.stringify(text)} is not an AS number; expected something like 64496 or AS64496`);
    }
    case 'country':
    case 'continent':
      return /^[a-z]{2}$/i.test(text)
        ? Result.ok(text.toUpperCase())
        : bad(`${JSON.stringify(text)} is not a two-letter ${scope} code`);
    case 'domain':
      return canonicalDomain(text) ?? bad(`${JSON.stringify(text)} is not a domain name`);
    case 'hash':
      return /^([0-9a-f]{32}|[0-9a-f]{40}|[0-9a-f]{64})$/i.test(text)
        ? Result.ok(text.toLowerCase())
        : bad(`${JSON.stringify(text)} is not an MD5, SHA-1 or SHA-256 in hex`);
    default:
      return text.length > 0 ? Result.ok(text) : bad(`a ${scope} must not be empty`);
  }
}

/** Most are written as they should be. What ends in a number may be an address, and `xn--` has rules of its own. */
const PLAIN_DOMAIN =
  /^(?:(?!xn--)[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)*(?!xn--)[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?$/;

function canonicalDomain(text: string): Result<string, never> | undefined {
  if (text.length <= 253 && PLAIN_DOMAIN.test(text)) return Result.ok(text);
  if (text.length > 512 || !/^[^\s/:@?#%\\]+$/.test(text)) return undefined;
  const host = URL.canParse(`http://${text}/`) ? new URL(`http://${text}/`).hostname.replace(/\.$/, '') : '';
  return host.length > 0 && host.length <= 253 && !/^[\d.]+$/.test(host) ? Result.ok(host) : undefined;
}
