import { AegisError, type Clock, type Logger, Result, type Timestamp } from '@aegis/model';
import type { Registry, RegistryEntry } from '@aegis/ports';
import { z } from 'zod';
import { entryFollower } from '../registry/entry-follower.ts';
import type { RegistryCopy } from '../registry/registry-copy.ts';

import { ApiKey } from './api-key.ts';
import { Role } from './roles.ts';

/** The keys with which programs and people use the API. */
export interface ApiKeys {
  /** `API keys`, for people who look at its `trouble`. */
  readonly name: string;
  /** The one moment at which the key itself can be seen: only a hash of its secret is kept. */
  create(wish: ApiKeyWish): Promise<Result<CreatedApiKey, ApiKeyRefusal>>;
  /** By name. */
  list(): Promise<readonly ApiKeyInfo[]>;
  /** It opens nothing here once this resolves; on other nodes as soon as they hear of it. */
  revoke(id: string): Promise<Result<ApiKeyInfo, ApiKeyRefusal>>;
  /**
   * Whose key this is; no I/O. Throws AegisError `registry_unavailable` where the registry has been out of
   * reach for too long to be sure that the key was not revoked since.
   */
  verify(key: string): ApiKeyInfo | undefined;
  /** What is known of a key, without its secret; throws as `verify` does. */
  get(id: string): ApiKeyInfo | undefined;
  /** Whether the key that `verify` told of, as this same object, opens still. Throws like it. */
  isCurrent(key: ApiKeyInfo): boolean;
  /** Why changes elsewhere are not heard of, in words; empty while they are. */
  readonly trouble: string;
  close(): Promise<void>;
}

export interface ApiKeyWish {
  /** Unique; it signs audit entries. Letters, digits, `.`, `_`, `-`; at most 64. */
  readonly name: string;
  readonly role: Role;
}

export interface ApiKeyInfo {
  readonly id: string;
  readonly name: string;
  readonly role: Role;
  readonly created: Timestamp;
}

export interface CreatedApiKey extends ApiKeyInfo {
  /** `aegis_<id>_<secret>`. */
  readonly key: string;
}

export interface ApiKeyRefusal {
  readonly kind: 'bad_name' | 'name_taken' | 'not_found';
  readonly message: string;
}

export interface ApiKeysOptions {
  readonly registry: Registry;
  /** Cryptographically secure. */
  readonly randomBytes: (size: number) => Uint8Array;
  readonly clock: Clock;
  readonly logger: Logger;
  /**
   * How long keys are believed while the registry cannot be watched, ms. Longer keeps enforcers served through
   * a longer outage, and a key revoked elsewhere usable for as long.
   */
  readonly maxStaleMs?: number;
  /** What the keys were, for a start without the registry. */
  readonly copy?: RegistryCopy;
  /** Between two attempts to watch again, ms. */
  readonly retryMs?: number;
}

interface StoredKey {
  readonly id: string;
  readonly role: Role;
  readonly hash: string;
  readonly created: Timestamp;
}

const StoredKey: z.ZodType<StoredKey> = z.object({
  id: z.string(),
  role: Role,
  hash: z.string(),
  created: z.number(),
});

interface KnownKey {
  readonly info: ApiKeyInfo;
  readonly hash: string;
}

/** Keys lie under their name, which makes the registry's compare-and-set keep names unique. */
export const API_KEYS_PREFIX: string = 'api-keys/';
const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

/** Reads all keys, then follows the registry so that `verify` needs no I/O. */
export async function createApiKeys(options: ApiKeysOptions): Promise<ApiKeys> {
  const { registry, randomBytes, clock, logger, maxStaleMs = 300_000, copy, retryMs = 1_000 } = options;
  const byName = new Map<string, KnownKey>();
  const byId = new Map<string, KnownKey>();
  // The watch may still be on its way to the creation of a key that was revoked here.
  const revokedHere = new Set<string>();

  function learn(entry: RegistryEntry): void {
    const name = entry.key.slice(API_KEYS_PREFIX.length);
    forget(name);
    const known = parseEntry(entry);
    if (known === undefined) logger.warn({ key: entry.key }, 'an API key in the registry cannot be read');
    if (known === undefined || revokedHere.has(known.info.id)) return;
    byName.set(name, known);
    byId.set(known.info.id, known);
  }

  function forget(name: string): void {
    const known = byName.get(name);
    if (known === undefined) return;
    byName.delete(name);
    byId.delete(known.info.id);
  }

  async function stored(): Promise<readonly ApiKeyInfo[]> {
    const entries = await registry.list(API_KEYS_PREFIX);
    return entries.flatMap((entry) => parseEntry(entry)?.info ?? []);
  }

  const follower = entryFollower({
    ...{ name: 'API keys', registry, prefix: API_KEYS_PREFIX, learn, clock, logger, retryMs },
    ...(copy === undefined ? {} : { copy }),
    forget: (key) => forget(key.slice(API_KEYS_PREFIX.length)),
    reset() {
      byName.clear();
      byId.clear();
    },
  });
  await follower.start();

  function lookUp(id: string): KnownKey | undefined {
    if (follower.awayMs > maxStaleMs)
      throw new AegisError('registry_unavailable', 'API keys cannot be verified: the registry is away');
    return byId.get(id);
  }

  return {
    async create({ name, role }) {
      if (!NAME.test(name)) return refuse('bad_name', 'a name is 1-64 letters, digits, `.`, `_` or `-`');
      const parts = ApiKey.mint(randomBytes);
      const created = clock.now();
      const value: StoredKey = { id: parts.id, role, hash: ApiKey.hash(parts.secret), created };
      const entry = await registry.compareAndSet(API_KEYS_PREFIX + name, 0, JSON.stringify(value));
      if (entry === undefined) return refuse('name_taken', `there is already a key named ${name}`);
      learn(entry);
      return Result.ok({ id: parts.id, name, role, created, key: ApiKey.format(parts) });
    },

    list: stored,

    async revoke(id) {
      const info = (await stored()).find((candidate) => candidate.id === id);
      if (info === undefined) return refuse('not_found', 'there is no key with this id');
      await registry.delete(API_KEYS_PREFIX + info.name);
      revokedHere.add(id);
      forget(info.name);
      return Result.ok(info);
    },

    verify(key) {
      const parts = ApiKey.parse(key);
      const known = lookUp(parts?.id ?? '');
      return parts !== undefined && known !== undefined && ApiKey.matches(parts.secret, known.hash)
        ? known.info
        : undefined;
    },

    get: (id) => lookUp(id)?.info,
    isCurrent: (key) => lookUp(key.id)?.info === key,

    name: follower.name,

    get trouble() {
      return follower.trouble;
    },

    close: () => follower.stop(),
  };
}

function parseEntry({ key, value }: RegistryEntry): KnownKey | undefined {
  try {
    const { hash, ...rest } = StoredKey.parse(JSON.parse(value));
    return { info: { ...rest, name: key.slice(API_KEYS_PREFIX.length) }, hash };
  } catch {
    return undefined;
  }
}

function refuse(kind: ApiKeyRefusal['kind'], message: string): Result<never, ApiKeyRefusal> {
  return Result.err({ kind, message });
}
