import { randomBytes } from 'node:crypto';
import { AegisError } from '@aegis/model';
import {
  type Lease,
  type PutOptions,
  type Registry,
  type RegistryChange,
  type RegistryEntry,
  refuseTooLarge,
  type WatchOptions,
} from '@aegis/ports';
import { EtcdConnection } from './etcd-connection.ts';
import { EtcdRefusal, registryFault } from './etcd-fault.ts';
import type { EtcdOptions } from './etcd-options.ts';
import { keepAlive } from './keep-alive.ts';
import { listPages } from './list-pages.ts';
import { keysWith } from './messages/key-range.ts';
import {
  countRequest,
  deleteRequest,
  getRequest,
  type KeyValue,
  putRequest,
  readDeleted,
  readPut,
  readRange,
} from './messages/kv-messages.ts';
import { grantRequest, leaseRequest } from './messages/lease-messages.ts';
import { watchChanges } from './watch-changes.ts';

/** Connects with the first call, and again whenever it has to: a registry that is away is no reason not to start. */
export function openEtcdRegistry(options: EtcdOptions): Registry {
  return new EtcdRegistry(options);
}

const KV = '/etcdserverpb.KV';
const LEASE = '/etcdserverpb.Lease';
const LEASE_ID = /^[1-9]\d{0,15}$/;

/**
 * A write whose answer was lost throws `registry_unavailable` and may have been made: sent again it could be made
 * twice, or lose to itself.
 */
class EtcdRegistry implements Registry {
  readonly #connection: EtcdConnection;
  readonly #prefix: string;
  readonly #closing = new AbortController();

  constructor(options: EtcdOptions) {
    this.#connection = new EtcdConnection(options);
    this.#prefix = options.prefix;
  }

  async get(key: string): Promise<RegistryEntry | undefined> {
    const { values } = readRange(await this.#ask(`${KV}/Range`, getRequest(this.#prefix + key), true));
    const [found] = values;
    return found === undefined ? undefined : this.#entryOf(found);
  }

  async list(prefix: string): Promise<readonly RegistryEntry[]> {
    const values = await faulty(listPages(this.#connection, keysWith(this.#prefix + prefix)));
    return values.map((each) => this.#entryOf(each));
  }

  async put(key: string, value: string, { lease }: PutOptions = {}): Promise<RegistryEntry> {
    const made = await this.#put(key, value, lease, undefined);
    if (made === undefined)
      throw new AegisError('registry_unavailable', 'etcd did not put what it was told to');
    return made;
  }

  compareAndSet(
    key: string,
    version: number,
    value: string,
    { lease }: PutOptions = {},
  ): Promise<RegistryEntry | undefined> {
    return this.#put(key, value, lease, version);
  }

  async delete(key: string): Promise<boolean> {
    const request = deleteRequest(this.#prefix + key);
    return readDeleted(await this.#ask(`${KV}/DeleteRange`, request, false)) > 0;
  }

  async *watch(prefix: string, { signal, after }: WatchOptions): AsyncGenerator<RegistryChange> {
    const both = AbortSignal.any([signal, this.#closing.signal]);
    if (both.aborted) return;
    const start = after ?? (await this.revision());
    const range = keysWith(this.#prefix + prefix);
    const prefixLength = this.#prefix.length;
    try {
      yield* watchChanges(this.#connection, { range, prefixLength, after: start, signal: both });
    } catch (error) {
      if (!both.aborted) throw registryFault(error);
    }
  }

  async grantLease(ttlMs: number): Promise<Lease> {
    // 48 bits: exact as a number, and nobody meets another's.
    const id = randomBytes(6).readUIntBE(0, 6) + 1;
    try {
      await this.#ask(`${LEASE}/LeaseGrant`, grantRequest(id, Math.ceil(ttlMs / 1_000)), true);
    } catch (error) {
      // The answer to the first attempt was lost.
      if (!(error instanceof AegisError && error.cause instanceof EtcdRefusal && error.cause.isLeaseThere))
        throw error;
    }
    return {
      id: String(id),
      keepAlive: () => faulty(keepAlive(this.#connection, id)),
      revoke: async () => {
        await this.#ask(`${LEASE}/LeaseRevoke`, leaseRequest(id), true).catch((error: unknown) => {
          if (!(error instanceof AegisError && error.code === 'lease_gone')) throw error;
        });
      },
    };
  }

  async revision(): Promise<number> {
    return readRange(await this.#ask(`${KV}/Range`, countRequest(keysWith(this.#prefix)), true)).revision;
  }

  async close(): Promise<void> {
    this.#closing.abort();
    this.#connection.close();
  }

  async #put(
    key: string,
    value: string,
    lease: string | undefined,
    ifVersion: number | undefined,
  ): Promise<RegistryEntry | undefined> {
    refuseTooLarge(key, value);
    if (lease !== undefined && !LEASE_ID.test(lease))
      throw new AegisError('lease_gone', `the lease ${lease} is none of this registry; grant a new one`);
    const wish = {
      key: this.#prefix + key,
      value,
      ifVersion,
      lease: lease === undefined ? undefined : Number(lease),
    };
    const made = readPut(await this.#ask(`${KV}/Txn`, putRequest(wish), false));
    return made === undefined ? undefined : this.#entryOf({ ...made, value });
  }

  #ask(method: string, request: Buffer, repeatable: boolean): Promise<Buffer> {
    return faulty(this.#connection.call(method, request, { repeatable }));
  }

  #entryOf({ key, value, version, modRevision: revision }: KeyValue): RegistryEntry {
    return { key: key.slice(this.#prefix.length), value, version, revision };
  }
}

async function faulty<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw registryFault(error);
  }
}
