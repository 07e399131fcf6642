import { createHash } from 'node:crypto';
import type { Action, Decision, Scope, Timestamp } from '@aegis/model';

/** A decision as CrowdSec's clients read it. */
export interface LapiDecision {
  /** Fits a double exactly. */
  readonly id: number;
  readonly uuid: string;
  readonly origin: string;
  readonly type: string;
  readonly scope: string;
  readonly value: string;
  /** What is left, in Go's form: `3h59m58s`. */
  readonly duration: string;
  readonly scenario: string;
}

/** The actions that bouncers know; the others are ours alone. */
const TYPES: Readonly<Partial<Record<Action, string>>> = {
  ban: 'ban',
  captcha: 'captcha',
  throttle: 'throttle',
};

const SCOPES: Readonly<Partial<Record<Scope, string>>> = {
  ip: 'Ip',
  range: 'Range',
  country: 'Country',
  as: 'AS',
};

/** CrowdSec's name where it has one, of an origin of ours. */
const ORIGINS: Readonly<Record<string, string>> = Object.freeze({
  aegis: 'crowdsec',
  operator: 'cscli',
  import: 'cscli-import',
  mesh: 'remediation_sync',
});

/** Whether bouncers are told of it. */
export function isForBouncers({ action }: Decision): boolean {
  return TYPES[action] !== undefined;
}

export function lapiDecision(decision: Decision, now: Timestamp): LapiDecision {
  const { id, origin, action, scope, value, source, reason, expires } = decision;
  return {
    id: decisionNumber(id),
    uuid: id,
    origin: lapiOrigin(origin),
    type: TYPES[action] ?? action,
    scope: SCOPES[scope] ?? scope,
    value,
    duration: goDuration(expires - now),
    scenario: source === '' ? reason : source,
  };
}

/** `lists` for a feed, as CrowdSec calls what was subscribed to. */
export function lapiOrigin(origin: string): string {
  return origin.startsWith('feed:') ? 'lists' : (ORIGINS[origin] ?? origin);
}

/** The same id has the same number on every node and after every restart: its first 48 bits, hashed where it is words. */
export function decisionNumber(id: string): number {
  const digits = id.replaceAll('-', '').slice(0, 12);
  if (/^[0-9a-f]{12}$/.test(digits)) return Number.parseInt(digits, 16);
  return Number.parseInt(createHash('sha256').update(id).digest('hex').slice(0, 12), 16);
}

/** At least a second: what has less left would be read as over. */
function goDuration(ms: number): string {
  const seconds = Math.max(1, Math.ceil(ms / 1000));
  return `${Math.floor(seconds / 3600)}h${Math.floor((seconds % 3600) / 60)}m${seconds % 60}s`;
}

const DURATION = /^(-?)(?=\d)(?:(\d{1,9})h)?(?:(\d{1,9})m)?(?:(\d{1,12}(?:\.\d{1,9})?)s)?$/;

/** Milliseconds of a duration as Go writes it; undefined where it is none. */
export function parseGoDuration(text: string): number | undefined {
  const match = DURATION.exec(text);
  if (match === null) return undefined;
  const [, sign, hours = '0', minutes = '0', seconds = '0'] = match;
  const ms = Number(hours) * 3_600_000 + Number(minutes) * 60_000 + Number(seconds) * 1000;
  return sign === '-' ? -ms : ms;
}

/** Our word for a scope of CrowdSec's, in any case; undefined where we have none. */
export function scopeOf(name: string): Scope | undefined {
  const lower = name.toLowerCase();
  return KNOWN_SCOPES.find((scope) => scope === lower);
}

const KNOWN_SCOPES: readonly Scope[] = [
  ...(['ip', 'range', 'as', 'as_name', 'country', 'continent', 'domain', 'hash', 'url'] as const),
  ...(['user_agent', 'ja3', 'ja4', 'session', 'user'] as const),
];

/** Our action for a type of CrowdSec's; undefined where we have none. */
export function actionOf(type: string): Action | undefined {
  const lower = type.toLowerCase();
  return (['ban', 'captcha', 'throttle'] as const).find((action) => action === lower);
}
