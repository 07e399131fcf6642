import { createPublicKey, type KeyObject, sign, verify } from 'node:crypto';
import type { PolicyVersion, Registry } from '@aegis/ports';
import { z } from 'zod';
import { SHARED_POLICIES } from './policy-body.ts';

/** What a version is in the registry; its number is in its key. `signature` is Ed25519 in base64. */
const Stored = z.object({
  at: z.number(),
  author: z.string(),
  reason: z.string(),
  body: z.string(),
  signature: z.string().optional(),
});

const DIGITS = 10;

/**
 * The policies that several nodes have in common, in versions that are never changed: `policy/0000000003`. A version
 * is its own claim, so all nodes see the same ones in the same order, and none that is not committed. With a key, which
 * all nodes have, versions are signed, and whoever can write the registry without it changes no policy.
 */
export class PolicyRegistry {
  readonly #registry: Registry;
  readonly #key: KeyObject | undefined;
  readonly #publicKey: KeyObject | undefined;

  /** `key` is an Ed25519 private key. */
  constructor(registry: Registry, key?: KeyObject) {
    this.#registry = registry;
    this.#key = key;
    this.#publicKey = key === undefined ? undefined : createPublicKey(key);
  }

  static readonly prefix: string = 'policy/';

  /** Whether it is the version of this number now; another one may have been first. Throws AegisError `registry_unavailable`. */
  async publish(made: PolicyVersion): Promise<boolean> {
    const { version, at, author, reason, body } = made;
    const signature = this.#key && sign(null, signedText(made), this.#key).toString('base64');
    const value = JSON.stringify({ at, author, reason, body, signature });
    return (await this.#registry.compareAndSet(keyOf(version), 0, value)) !== undefined;
  }

  /**
   * Committed, or undefined. One that is no version, or not signed as it has to be, keeps its number, and has an empty
   * body and why as its reason. Throws AegisError `registry_unavailable`.
   */
  async read(version: number): Promise<PolicyVersion | undefined> {
    const entry = await this.#registry.get(keyOf(version));
    if (entry === undefined) return undefined;
    const stored = Stored.safeParse(parsed(entry.value));
    if (!stored.success) return none(version, 'it cannot be read');
    const { signature = '', ...rest } = stored.data;
    const made = { name: SHARED_POLICIES, version, ...rest };
    return this.#isGenuine(made, signature)
      ? made
      : none(version, 'it is not signed with registry.policy_key_file');
  }

  #isGenuine(made: PolicyVersion, signature: string): boolean {
    if (this.#publicKey === undefined) return true;
    return verify(null, signedText(made), this.#publicKey, Buffer.from(signature, 'base64'));
  }
}

/** With its number: a signed version cannot be put under another one. */
function signedText({ version, at, author, reason, body }: PolicyVersion): Buffer {
  return Buffer.from(JSON.stringify(['aegis policy', version, at, author, reason, body]));
}

function none(version: number, reason: string): PolicyVersion {
  return { name: SHARED_POLICIES, version, at: 0, author: 'unknown', reason, body: '' };
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
