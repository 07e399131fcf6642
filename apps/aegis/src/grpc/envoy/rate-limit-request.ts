import { RATE_UNITS, type RateDescriptor, type RateEntry } from '@aegis/guard';
import { AegisError } from '@aegis/model';
import { ProtoReader } from '@aegis/protobuf';

/** `envoy.service.ratelimit.v3.RateLimitRequest`. */
export interface RateLimitRequest {
  readonly domain: string;
  readonly descriptors: readonly RateDescriptor[];
  /** 0 counts as 1. */
  readonly hits: number;
}

/** Envoy makes one for each of its rate limit actions; more than a handful is unheard of. */
const MAX_DESCRIPTORS = 64;
const MAX_ENTRIES = 32;

type Writable<T> = { -readonly [K in keyof T]: T[K] };

/** Throws AegisError `bad_message`. */
export function readRateLimitRequest(message: Buffer): RateLimitRequest {
  const reader = new ProtoReader(message);
  const descriptors: RateDescriptor[] = [];
  let domain = '';
  let hits = 0;
  for (let field = reader.next(); field !== 0; field = reader.next()) {
    if (field === 1) domain = reader.text();
    else if (field === 2) descriptors.push(readDescriptor(reader.message()));
    else if (field === 3) hits = reader.number();
    else reader.skip();
    if (descriptors.length > MAX_DESCRIPTORS)
      throw new AegisError('bad_message', `send at most ${MAX_DESCRIPTORS} descriptors in one request`);
  }
  if (domain === '') throw new AegisError('bad_message', 'the field domain is needed');
  return { domain, descriptors, hits: hits === 0 ? 1 : hits };
}

/** RateLimitDescriptor.entries = 1, limit = 2, hits_addend = 3 (a UInt64Value). */
function readDescriptor(reader: ProtoReader): RateDescriptor {
  const entries: RateEntry[] = [];
  const found: Writable<RateDescriptor> = { entries };
  for (let field = reader.next(); field !== 0; field = reader.next()) {
    if (field === 1) entries.push(readEntry(reader.message()));
    else if (field === 2) {
      const limit = readOverride(reader.message());
      if (limit !== undefined) found.limit = limit;
    } else if (field === 3) found.hits = readWrapped(reader.message());
    else reader.skip();
    if (entries.length > MAX_ENTRIES)
      throw new AegisError('bad_message', `a descriptor has at most ${MAX_ENTRIES} entries`);
  }
  if (entries.length === 0) throw new AegisError('bad_message', 'a descriptor needs entries');
  return found;
}

function readEntry(reader: ProtoReader): RateEntry {
  let key = '';
  let value = '';
  for (let field = reader.next(); field !== 0; field = reader.next()) {
    if (field === 1) key = reader.text();
    else if (field === 2) value = reader.text();
    else reader.skip();
  }
  return { key, value };
}

/** RateLimitOverride.requests_per_unit = 1, unit = 2. One without a unit that is known counts for nothing. */
function readOverride(reader: ProtoReader): RateDescriptor['limit'] {
  let requestsPerUnit = 0;
  let number = 0;
  for (let field = reader.next(); field !== 0; field = reader.next()) {
    if (field === 1) requestsPerUnit = reader.number();
    else if (field === 2) number = reader.number();
    else reader.skip();
  }
  const unit = RATE_UNITS[number - 1];
  return unit === undefined ? undefined : { requestsPerUnit, unit };
}

function readWrapped(reader: ProtoReader): number {
  let value = 0;
  for (let field = reader.next(); field !== 0; field = reader.next()) {
    if (field === 1) value = reader.number();
    else reader.skip();
  }
  return value;
}
