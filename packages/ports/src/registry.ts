import { AegisError } from '@aegis/model';

/**
 * Port: versioned keys with compare-and-set, watch and leases.
 *
 * A caller may assume: every change gets a revision greater than all before it; `compareAndSet` is atomic over
 * all processes; a watch from a revision delivers every later change of its prefix in order, or says that
 * history was compacted; keys put with a lease are deleted when the lease ends, which watchers see as deletes.
 * Keys are 1 to 512 characters, values at most 1 MiB of UTF-8; AegisError `registry_too_large` otherwise.
 * Throws AegisError `registry_unavailable`; a watch ends when the registry is closed.
 */
export interface Registry {
  get(key: string): Promise<RegistryEntry | undefined>;
  /** In key order. */
  list(prefix: string): Promise<readonly RegistryEntry[]>;
  put(key: string, value: string, options?: PutOptions): Promise<RegistryEntry>;
  /** Writes only where the key's version is `version` (0: the key must not exist); undefined where it is not. */
  compareAndSet(
    key: string,
    version: number,
    value: string,
    options?: PutOptions,
  ): Promise<RegistryEntry | undefined>;
  /** Whether it was there. */
  delete(key: string): Promise<boolean>;
  /** Ends when the signal is aborted. Without `from`: changes from now on. */
  watch(prefix: string, options: WatchOptions): AsyncIterable<RegistryChange>;
  /** The lease ends after this unless it is kept alive. */
  grantLease(ttlMs: number): Promise<Lease>;
  /** The newest revision. */
  revision(): Promise<number>;
  close(): Promise<void>;
}

export interface RegistryEntry {
  readonly key: string;
  readonly value: string;
  /** Of this key: 1 when created, one more at each put; starts again after a delete. */
  readonly version: number;
  /** Of the whole registry, when this key last changed. */
  readonly revision: number;
}

export interface PutOptions {
  /** Must be alive; AegisError `lease_gone` otherwise. */
  readonly lease?: string;
}

export interface WatchOptions {
  readonly signal: AbortSignal;
  /** Deliver changes with a revision greater than this. AegisError `compacted` where they are gone. */
  readonly after?: number;
}

export type RegistryChange =
  | { readonly kind: 'put'; readonly entry: RegistryEntry }
  | { readonly kind: 'delete'; readonly key: string; readonly revision: number };

export interface Lease {
  readonly id: string;
  /** Starts the time anew. False where the lease has already ended. */
  keepAlive(): Promise<boolean>;
  /** Ends it now and deletes its keys. */
  revoke(): Promise<void>;
}

/** UTF-16 code units. */
export const REGISTRY_KEY_LIMIT = 512;
/** Bytes of UTF-8. */
export const REGISTRY_VALUE_LIMIT = 1_048_576;

/** For adapters. Throws AegisError `registry_too_large`. */
export function refuseTooLarge(key: string, value: string): void {
  if (key.length === 0 || key.length > REGISTRY_KEY_LIMIT)
    throw new AegisError(
      'registry_too_large',
      `a key has 1 to ${REGISTRY_KEY_LIMIT} characters, this one ${key.length}`,
    );
  const bytes = Buffer.byteLength(value);
  if (bytes > REGISTRY_VALUE_LIMIT)
    throw new AegisError(
      'registry_too_large',
      `a value has at most ${REGISTRY_VALUE_LIMIT} bytes, this one of ${key} has ${bytes}`,
    );
}
