import type { PolicyVersion, Registry } from '@aegis/ports';
import { z } from 'zod';
import { SHARED_POLICIES } from './policy-body.ts';

/** What a version is in the registry; its number is in its key. */
const Stored = z.object({ at: z.number(), author: z.string(), reason: z.string(), body: z.string() });

const DIGITS = 10;

/**
 * The policies that several nodes have in common, in versions that are never changed: `policy/0000000003`. A version
 * is its own claim, so all nodes see the same ones in the same order, and none that is not committed.
 */
export class PolicyRegistry {
  readonly #registry: Registry;

  constructor(registry: Registry) {
    this.#registry = registry;
  }

  static readonly prefix: string = 'policy/';

  /** Whether it is the version of this number now; another one may have been first. Throws AegisError `registry_unavailable`. */
  async publish({ version, at, author, reason, body }: PolicyVersion): Promise<boolean> {
    const value = JSON.stringify({ at, author, reason, body });
    return (await this.#registry.compareAndSet(keyOf(version), 0, value)) !== undefined;
  }

  /** Committed, or undefined. One that is no version keeps its number and has an empty body. Throws AegisError `registry_unavailable`. */
  async read(version: number): Promise<PolicyVersion | undefined> {
    const entry = await this.#registry.get(keyOf(version));
    if (entry === undefined) return undefined;
    const about = { name: SHARED_POLICIES, version };
    const stored = Stored.safeParse(parsed(entry.value));
    return stored.success
      ? { ...about, ...stored.data }
      : { ...about, at: 0, author: 'unknown', reason: 'it cannot be read', body: '' };
  }
}

function keyOf(version: number): string {
  return PolicyRegistry.prefix + String(version).padStart(DIGITS, '0');
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
