import type { Observation, Protocol } from '@aegis/model';
import { cleanLine } from './clean-text.ts';
import { isJsonObject } from './json-object.ts';
import { LIMITS } from './limits.ts';

/** Each gives undefined where the field is absent or makes no sense. */

export function readText(value: unknown, max: number): string | undefined {
  if (typeof value !== 'string') return undefined;
  const text = cleanLine(value, max);
  return text === '' ? undefined : text;
}

/** A whole number from 0, as number or digits; what is higher than is believed is cut to `max`. */
export function readCount(value: unknown, max: number = LIMITS.count): number | undefined {
  const count = typeof value === 'string' && /^ *\d{1,15} *$/.test(value) ? Number(value) : value;
  if (typeof count !== 'number' || !Number.isFinite(count) || count < 0) return undefined;
  // JSON knows -0, and Math.max makes it 0.
  return Math.max(0, Math.min(Math.floor(count), max));
}

export function readPort(value: unknown): number | undefined {
  const port = readCount(value, 65_536);
  return port === undefined || port === 0 || port > 65_535 ? undefined : port;
}

/** 0-1 by owner. A value out of range is brought into it. */
export function readOwners(value: unknown): Readonly<Record<string, number>> | undefined {
  if (!isJsonObject(value)) return undefined;
  const owners = new Map<string, number>();
  for (const raw in value) {
    const share = value[raw];
    const name = cleanLine(raw.toLowerCase(), LIMITS.ownerName);
    if (typeof share !== 'number' || Number.isNaN(share) || name === '' || owners.has(name)) continue;
    owners.set(name, Math.max(0, Math.min(share, 1)));
    if (owners.size === LIMITS.owners) break;
  }
  return owners.size === 0 ? undefined : Object.fromEntries(owners);
}

/** ISO 3166-1 alpha-2 in upper case. TANNER's bare `NA` is "not available", Namibia only inside an object. */
export function readCountry(location: unknown): string | undefined {
  const candidates = isJsonObject(location)
    ? [location.country_code, location.country]
    : [location === 'NA' ? undefined : location];
  const code = candidates.find(
    (text): text is string => typeof text === 'string' && /^[A-Za-z]{2}$/.test(text),
  );
  return code?.toUpperCase();
}

export function readProtocol(value: unknown, observations: readonly Observation[]): Protocol {
  if (typeof value === 'string' && value.trim() !== '') {
    const name = value.trim().toLowerCase();
    if (/^https?(\/\d(\.\d)?)?$/.test(name)) return 'http';
    return name === 'ssh' || name === 'telnet' ? name : 'other';
  }
  return observations.length === 0 || observations.some(({ kind }) => kind === 'http') ? 'http' : 'other';
}
