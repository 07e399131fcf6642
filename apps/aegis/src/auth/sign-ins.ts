import { createHash } from 'node:crypto';
import { type Address, type Clock, Result, type Timestamp } from '@aegis/model';
import { FailureLimiter } from './failure-limiter.ts';

/** A browser that showed a key once, and shows a token of its own since. */
export interface SignIn {
  readonly keyId: string;
  /** What the page sends with all that changes something: another site cannot read it. */
  readonly csrf: string;
  readonly since: Timestamp;
  /** However much it is used. */
  readonly ends: Timestamp;
}

export interface SignInRules {
  /** Without a request it ends after this, ms. */
  readonly idleMs: number;
  /** It ends after this in any case, ms. */
  readonly mostMs: number;
  /** A token is replaced after this, ms. */
  readonly renewMs: number;
  /** Requests that were under way with the token before are served for this long, ms. */
  readonly graceMs: number;
  readonly mostPerKey: number;
  /** Of all keys together; past it the one that was used longest ago ends. */
  readonly most: number;
}

export const SIGN_IN_RULES: SignInRules = Object.freeze({
  idleMs: 30 * 60_000,
  mostMs: 12 * 3_600_000,
  renewMs: 10 * 60_000,
  graceMs: 60_000,
  mostPerKey: 20,
  most: 1_000,
});

export interface SignInsOptions {
  readonly clock: Clock;
  /** Cryptographically secure. */
  readonly randomBytes: (size: number) => Uint8Array;
  readonly rules?: SignInRules;
}

interface Entry {
  readonly signIn: SignIn;
  /** Monotonic, as the other times. */
  readonly openedAt: number;
  usedAt: number;
  issuedAt: number;
  current: string;
  previous?: { readonly hash: string; readonly until: number };
}

/** Sign-ins from one address at once, and one more each time that this has passed, ms. */
const OPENINGS = { burst: 30, refillMs: 2_000, maxSources: 10_000 } as const;

/** The browsers that are signed in to this node; a restart signs them out. Tokens are kept as hashes. */
export class SignIns {
  readonly #options: SignInsOptions;
  readonly #rules: SignInRules;
  readonly #openings: FailureLimiter;
  readonly #byHash = new Map<string, Entry>();
  /** The one that was used last at the end. */
  readonly #entries = new Set<Entry>();

  constructor(options: SignInsOptions) {
    this.#options = options;
    this.#rules = options.rules ?? SIGN_IN_RULES;
    this.#openings = new FailureLimiter({ clock: options.clock, ...OPENINGS });
  }

  get size(): number {
    return this.#entries.size;
  }

  /** The error is how long to wait, ms. */
  open(keyId: string, from: Address): Result<{ readonly token: string; readonly signIn: SignIn }, number> {
    const waitMs = this.#openings.fail(from);
    if (waitMs > 0) return Result.err(waitMs);
    const { clock } = this.#options;
    const { mostMs, mostPerKey, most } = this.#rules;
    const since = clock.now();
    const now = clock.monotonic();
    const token = this.#secret();
    const signIn = { keyId, csrf: this.#secret(), since, ends: since + mostMs };
    const own = [...this.#entries].filter((each) => each.signIn.keyId === keyId);
    for (const each of own.slice(0, Math.max(0, own.length + 1 - mostPerKey))) this.#remove(each);
    const entry: Entry = { signIn, openedAt: now, usedAt: now, issuedAt: now, current: hashOf(token) };
    this.#byHash.set(entry.current, entry);
    this.#entries.add(entry);
    const [oldest] = this.#entries;
    if (this.#entries.size > most && oldest !== undefined) this.#remove(oldest);
    return Result.ok({ token, signIn });
  }

  /** Whose token this is, and the one that takes its place where it is time; undefined where it opens nothing. */
  use(token: string): { readonly signIn: SignIn; readonly next?: string } | undefined {
    const now = this.#options.clock.monotonic();
    const { idleMs, mostMs, renewMs, graceMs } = this.#rules;
    const hash = hashOf(token);
    const entry = this.#byHash.get(hash);
    if (entry === undefined) return undefined;
    const isOver = now - entry.usedAt > idleMs || now - entry.openedAt > mostMs;
    // Whoever comes with a token long after it was replaced has a copy: of the two who have it one is a thief.
    const isCopy = hash !== entry.current && now > (entry.previous?.until ?? now);
    if (isOver || isCopy) {
      this.#remove(entry);
      return undefined;
    }
    entry.usedAt = now;
    this.#entries.delete(entry);
    this.#entries.add(entry);
    const { signIn } = entry;
    if (hash !== entry.current || now - entry.issuedAt < renewMs) return { signIn };
    const next = this.#secret();
    if (entry.previous !== undefined) this.#byHash.delete(entry.previous.hash);
    entry.previous = { hash, until: now + graceMs };
    entry.current = hashOf(next);
    entry.issuedAt = now;
    this.#byHash.set(entry.current, entry);
    return { signIn, next };
  }

  close(token: string): void {
    const entry = this.#byHash.get(hashOf(token));
    if (entry !== undefined) this.#remove(entry);
  }

  #remove(entry: Entry): void {
    this.#entries.delete(entry);
    this.#byHash.delete(entry.current);
    if (entry.previous !== undefined) this.#byHash.delete(entry.previous.hash);
  }

  #secret(): string {
    return Buffer.from(this.#options.randomBytes(32)).toString('base64url');
  }
}

function hashOf(token: string): string {
  return createHash('sha256').update(token).digest('base64');
}
