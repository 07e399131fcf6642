import type { IncomingHttpHeaders } from 'node:http';
import { type Address, type Clock, type Logger, Result } from '@aegis/model';
import type { AuditEntry } from '@aegis/ports';
import type { ApiKeyInfo } from '../auth/api-keys.ts';
import { FailureLimiter } from '../auth/failure-limiter.ts';
import { KeySightings } from '../auth/key-sightings.ts';
import { mayRole, type Permission, ROLES, type Role } from '../auth/roles.ts';
import type { Actor, Services } from '../node/services.ts';
import type { Problem } from './problem.ts';
import type { BrowserRequest, CookieRefusal, SignedIn, SignInGate } from './sign-in-gate.ts';

/** Who asks, once it is known that they may. */
export interface Caller {
  readonly actor: Actor;
  readonly may: (permission: Permission) => boolean;
  /** Absent for everyone. */
  readonly key?: ApiKeyInfo;
  /** Where the key was a cookie's. */
  readonly signedIn?: SignedIn;
}

/** `any key`: whatever its role. */
export type Requirement = Permission | 'any key' | 'anyone';

export interface Knock {
  readonly headers: IncomingHttpHeaders;
  readonly from: Address;
  /** For the audit: `GET /v1/keys`. */
  readonly target: string;
  /** Absent where no cookie counts. */
  readonly browser?: BrowserRequest;
  /** What the request came over: a key that was proven on it is not hashed again. */
  readonly connection: WeakKey;
}

export interface GateOptions {
  readonly services: Pick<Services, 'keys' | 'ledger'>;
  readonly openCheck: boolean;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly newId: () => string;
  /** Absent: cookies open nothing. */
  readonly signInGate?: SignInGate;
}

/** Entries that may wait to be written at once; further ones are counted, not kept. */
const MAX_PENDING_AUDIT = 64;

const LIMITS = { burst: 10, refillMs: 6_000, maxSources: 10_000 } as const;
const SIGHTINGS = { idleMs: 3_600_000, most: 10_000 } as const;

/**
 * Authentication and authorisation of every request, with an audit entry for each refused attempt and for each key
 * that comes from an address for the first time in an hour.
 */
export class Gate {
  readonly #options: GateOptions;
  readonly #failures: FailureLimiter;
  // Apart from the failures: a key without the permission is no wrong key.
  readonly #denials: FailureLimiter;
  readonly #sightings: KeySightings;
  /** The key that was last proven on each connection. */
  readonly #proofs: WeakMap<WeakKey, { readonly credential: string; readonly key: ApiKeyInfo }> =
    new WeakMap();
  #pending = 0;
  #omitted = 0;

  constructor(options: GateOptions) {
    this.#options = options;
    this.#failures = new FailureLimiter({ clock: options.clock, ...LIMITS });
    this.#denials = new FailureLimiter({ clock: options.clock, ...LIMITS });
    this.#sightings = new KeySightings({ clock: options.clock, ...SIGHTINGS });
  }

  /** Throws AegisError `registry_unavailable` where keys cannot be verified. */
  admit(knock: Knock, permission: Requirement): Result<Caller, Problem> {
    if (permission === 'anyone') return Result.ok(anonymous(knock.from, () => false));
    const credential = credentialIn(knock.headers);
    if (credential === undefined && permission === 'check' && this.#options.openCheck)
      return Result.ok(anonymous(knock.from, (asked) => asked === 'check'));
    if (credential === undefined && knock.browser !== undefined) {
      const known = this.#options.signInGate?.recognise(knock.headers, knock.browser);
      if (known?.ok === true) return this.#holder(knock, known.value.key, permission, known.value);
      if (known !== undefined) return this.#notRidden(knock, known.error);
    }
    const key = credential === undefined ? undefined : this.#keyOf(credential, knock.connection);
    if (key === undefined) return this.#unknown(knock, credential !== undefined);
    const caller = this.#holder(knock, key, permission);
    if (caller.ok && this.#sightings.isNew(key.id, knock.from))
      this.#audit(knock, key.name, 'key.use', 'ok', { role: key.role });
    return caller;
  }

  #holder(
    knock: Knock,
    key: ApiKeyInfo,
    permission: Permission | 'any key',
    signedIn?: SignedIn,
  ): Result<Caller, Problem> {
    const { name, role } = key;
    if (permission !== 'any key' && !mayRole(role, permission))
      return this.#forbidden(knock, key, permission);
    const caller = { actor: { name, from: knock.from }, may: MAY[role], key };
    return Result.ok(signedIn === undefined ? caller : { ...caller, signedIn });
  }

  #notRidden(knock: Knock, { problem, key }: CookieRefusal): Result<never, Problem> {
    if (key !== undefined && this.#denials.fail(knock.from) === 0)
      this.#audit(knock, key.name, 'access', 'refused', { why: problem.code });
    return Result.err(problem);
  }

  #keyOf(credential: string, connection: WeakKey): ApiKeyInfo | undefined {
    const { keys } = this.#options.services;
    const proof = this.#proofs.get(connection);
    if (proof?.credential === credential && keys.isCurrent(proof.key)) return proof.key;
    const key = keys.verify(credential);
    if (key !== undefined) this.#proofs.set(connection, { credential, key });
    return key;
  }

  #unknown(knock: Knock, presented: boolean): Result<never, Problem> {
    // Without a key there was nothing to guess, and nothing to write down.
    const waitMs = presented ? this.#failures.fail(knock.from) : 0;
    if (waitMs > 0) {
      const headers = { 'retry-after': String(Math.ceil(waitMs / 1_000)) };
      const detail = 'Too many wrong API keys from this address; wait before the next attempt.';
      return Result.err({ status: 429, code: 'too_many_failures', detail, headers });
    }
    if (presented) this.#audit(knock, 'unknown', 'access', 'refused', { why: 'wrong API key' });
    return Result.err({
      status: 401,
      code: 'unauthenticated',
      detail: presented
        ? 'This API key is not known or was revoked.'
        : 'An API key is needed: send `Authorization: Bearer <key>` or `X-Api-Key: <key>`.',
      headers: { 'www-authenticate': 'Bearer realm="aegis"' },
    });
  }

  #forbidden(knock: Knock, { name, role }: ApiKeyInfo, permission: Permission): Result<never, Problem> {
    if (this.#denials.fail(knock.from) === 0)
      this.#audit(knock, name, 'access', 'refused', { role, needs: permission });
    const detail = `The role ${role} of this API key does not include ${permission}.`;
    return Result.err({ status: 403, code: 'forbidden', detail });
  }

  /** In the background: a ledger that is slow or away must not turn refusals into something else. */
  #audit(
    knock: Knock,
    actor: string,
    action: 'access' | 'key.use',
    result: AuditEntry['result'],
    detail: Record<string, unknown>,
  ): void {
    const { services, clock, logger, newId } = this.#options;
    if (this.#pending >= MAX_PENDING_AUDIT) {
      this.#omitted++;
      return;
    }
    const omitted = this.#omitted;
    this.#omitted = 0;
    this.#pending++;
    const entry = {
      id: newId(),
      at: clock.now(),
      actor,
      action,
      target: knock.target,
      from: knock.from,
      result,
      detail: omitted > 0 ? { ...detail, omitted } : detail,
    } as const;
    services.ledger
      .appendAudit([entry])
      .catch((error: unknown) => {
        this.#omitted += omitted + 1;
        logger.warn({ error }, 'who asked could not be written to the audit');
      })
      .finally(() => this.#pending--);
  }
}

/** One function a role: a caller is made for every request. */
const MAY = Object.fromEntries(
  ROLES.map((role) => [role, (asked: Permission) => mayRole(role, asked)]),
) as Readonly<Record<Role, Caller['may']>>;

function anonymous(from: Address, may: Caller['may']): Caller {
  return { actor: { name: 'anyone', from }, may };
}

/**
 * What is meant for us. A proxy that asks about a request hands on the visitor's own credentials with it: those
 * are no keys of ours, right or wrong, and must not come before the proxy's.
 */
function credentialIn(headers: IncomingHttpHeaders): string | undefined {
  const key = headers['x-api-key'];
  if (isOurs(key)) return key;
  const bearer = headers.authorization?.replace(/^bearer +/i, '');
  return isOurs(bearer) ? bearer : undefined;
}

function isOurs(value: string | readonly string[] | undefined): value is string {
  return typeof value === 'string' && value.startsWith('aegis_');
}
