import type { LiveEntry } from '@aegis/feed-redis';
import { confidenceOf, normaliseIndicator, statedScope, timeOf } from '@aegis/indicators';
import { parseDuration, Result, type Scope, type Timestamp } from '@aegis/model';

/** What an entry of a live stream asks for. */
export type LiveWish =
  | { readonly kind: 'remove'; readonly scope: Scope; readonly value: string }
  | {
      readonly kind: 'put';
      readonly scope: Scope;
      readonly value: string;
      readonly confidence?: number;
      readonly expires?: Timestamp;
      readonly about?: string;
    };

/** Fields that may hold the indicator, the first that is there. */
const VALUES = ['ioc', 'indicator', 'value', 'ioc_value', 'ip', 'domain', 'url', 'hash'] as const;
const TYPES = ['type', 'ioc_type', 'indicator_type', 'scope'] as const;
const ABOUTS = ['description', 'reason', 'threat', 'threat_type', 'malware', 'source'] as const;
/** Fields that may hold everything as one JSON object. */
const DOCUMENTS = ['data', 'payload', 'message', 'json'] as const;
const REMOVALS =
  /^(?:remove|removed|delete|deleted|retract|retracted|revoke|revoked|expire|expired|unban|lift)$/i;

type Fields = Readonly<Record<string, string>>;

/**
 * An entry as producers write it: `{ioc, type, confidence, source, ttl | expires, action}`, with other names for the
 * same, or as JSON in one field. `ttl` is seconds or a duration such as `4h`, `expires` ISO 8601 or epoch seconds.
 */
export function readLiveEntry({ fields: raw }: LiveEntry, now: Timestamp): Result<LiveWish, string> {
  const fields = { ...documentIn(raw), ...raw };
  const text = firstOf(fields, VALUES);
  if (text === undefined) return Result.err('no field with an indicator; expected ioc, indicator or value');
  const named = normaliseIndicator(text, statedScope(firstOf(fields, TYPES) ?? ''));
  if (!named.ok) return named;
  if (REMOVALS.test(fields.action ?? '')) return Result.ok({ kind: 'remove', ...named.value });
  const confidence = confidenceOf(fields.confidence);
  const expires = endOf(fields, now);
  const about = firstOf(fields, ABOUTS)?.slice(0, 200);
  return Result.ok({
    kind: 'put',
    ...named.value,
    ...(confidence === undefined ? {} : { confidence }),
    ...(expires === undefined ? {} : { expires }),
    ...(about === undefined ? {} : { about }),
  });
}

function endOf({ ttl, expires, valid_until }: Fields, now: Timestamp): Timestamp | undefined {
  const at = timeOf(expires ?? valid_until);
  if (at !== undefined) return at;
  const ms = ttl === undefined ? undefined : /^\d{1,9}$/.test(ttl) ? Number(ttl) * 1000 : parseDuration(ttl);
  return ms === undefined ? undefined : now + ms;
}

function firstOf(fields: Fields, names: readonly string[]): string | undefined {
  return names.map((name) => fields[name]).find((text) => text !== undefined && text !== '');
}

function documentIn(fields: Fields): Fields {
  const text = firstOf(fields, DOCUMENTS);
  if (text === undefined) return {};
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return {};
    return Object.fromEntries(
      Object.entries(value)
        .filter(([, member]) => ['string', 'number', 'boolean'].includes(typeof member))
        .map(([name, member]) => [name.toLowerCase(), String(member)]),
    );
  } catch {
    return {};
  }
}
