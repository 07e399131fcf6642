import { randomInt, randomUUID } from 'node:crypto';
import { DecisionEngine, defaultPolicy } from '@aegis/decide';
import {
  Address,
  AegisError,
  type CheckRequest,
  clientAddresses,
  type ForwardingHeader,
  type ForwardingRules,
  type Outcome,
  Prefix,
  prefixMatcher,
  type Verdict,
} from '@aegis/model';
import { DecisionFollower } from './decision-follower.ts';

export interface GatekeeperOptions {
  /** Where the API of a node is: `http://127.0.0.1:8411`. */
  readonly node: string;
  /** Of the role `enforcer`. */
  readonly key: string;
  /** Proxies whose forwarding headers are believed, as prefixes; default none. */
  readonly trustedProxies?: readonly string[];
  /** The headers that those proxies write themselves; default `x-forwarded-for`. */
  readonly forwardingHeaders?: readonly ForwardingHeader[];
  /** Who may pass before the node was reached for the first time: `open`, the default, everybody; `closed` nobody. */
  readonly beforeSync?: 'open' | 'closed';
  /** Told in words when the node cannot be followed; default: a warning of the process. */
  readonly onTrouble?: (message: string) => void;
  /** A stream of decisions that is silent for longer is opened anew, ms; default 60,000. */
  readonly silenceMs?: number;
  /** The longest wait between two attempts to reach the node, ms; default 10,000. */
  readonly maxWaitMs?: number;
}

/** A request as a framework knows it. */
export interface Visit {
  /** The other end of the connection; undefined where it is gone already. */
  readonly peer: string | undefined;
  readonly header: (name: string) => string | undefined;
  /** What the application knows besides: `user`, `session`, `country`. */
  readonly about?: Omit<CheckRequest, 'address'>;
}

/** What a visitor is answered who does not get through. */
export interface Refusal {
  readonly status: 403 | 429 | 503;
  readonly headers: Readonly<Record<string, string>>;
  /** problem+json, RFC 9457. */
  readonly body: string;
}

const STATUS_OF: Readonly<Partial<Record<Outcome, 403 | 429>>> = Object.freeze({
  block: 403,
  challenge: 403,
  throttle: 429,
});

/** From the most favourable for the client, as the node itself ranks them. */
const GRAVITY: readonly Outcome[] = ['allow', 'none', 'observe', 'shadow', 'throttle', 'challenge', 'block'];

/** A throttled client is asked to come back after this at most, s. */
const MAX_RETRY_AFTER = 60;
const SWEEP_MS = 10_000;

/**
 * The decisions of a node inside this process: a check asks nobody, takes microseconds and goes on while the node is
 * away. Only what the node's policy lets enforcers have is known here, and decisions about places need `about` to say
 * where the client is.
 */
export class Gatekeeper {
  readonly #engine: DecisionEngine = new DecisionEngine({
    policy: defaultPolicy,
    random: { next: () => randomInt(2 ** 32) / 2 ** 32 },
  });
  readonly #rules: ForwardingRules;
  readonly #failsOpen: boolean;
  readonly #follower: DecisionFollower;
  readonly #sweeping: NodeJS.Timeout;

  /** Begins to follow the node at once. Throws AegisError `bad_options`. */
  constructor(options: GatekeeperOptions) {
    const { trustedProxies = [], forwardingHeaders = ['x-forwarded-for'], beforeSync = 'open' } = options;
    this.#rules = { trusted: prefixMatcher(trustedProxies.map(prefixOf)), headers: forwardingHeaders };
    this.#failsOpen = beforeSync === 'open';
    const { node, key, silenceMs = 60_000, maxWaitMs = 10_000 } = options;
    const onTrouble =
      options.onTrouble ?? ((message: string) => process.emitWarning(message, 'AegisWarning'));
    this.#follower = new DecisionFollower({
      node,
      key,
      engine: this.#engine,
      onTrouble,
      silenceMs,
      maxWaitMs,
    });
    this.#follower.start();
    this.#sweeping = setInterval(() => this.#engine.sweep(Date.now()), SWEEP_MS);
    this.#sweeping.unref();
  }

  /** Resolves once every decision in force is known. */
  get synced(): Promise<void> {
    return this.#follower.synced;
  }

  /** Undefined: it may go on. */
  check(visit: Visit): Refusal | undefined {
    if (!this.#follower.isSynced) return this.#failsOpen ? undefined : NOT_YET;
    const verdict = this.verdict(visit);
    const status = STATUS_OF[verdict.outcome];
    return status === undefined ? undefined : refusalFor(verdict, status);
  }

  /** For applications that do something of their own with it. */
  verdict({ peer, header, about = {} }: Visit): Verdict {
    const parsed = Address.parseLenient(peer ?? '');
    const from = parsed.ok ? parsed.value : ('0.0.0.0' as Address);
    const userAgent = header('user-agent');
    const told = userAgent === undefined ? about : { userAgent, ...about };
    const now = Date.now();
    return clientAddresses({ peer: from, header }, this.#rules)
      .map((address) => this.#engine.check({ ...told, address }, now))
      .reduce((a, b) => (GRAVITY.indexOf(b.outcome) > GRAVITY.indexOf(a.outcome) ? b : a));
  }

  /** Ends the connection to the node. */
  async stop(): Promise<void> {
    clearInterval(this.#sweeping);
    await this.#follower.stop();
  }
}

function refusalFor({ outcome, decision = 'none', expires }: Verdict, status: 403 | 429): Refusal {
  const seconds = expires === undefined ? MAX_RETRY_AFTER : Math.ceil((expires - Date.now()) / 1_000);
  return {
    status,
    headers: {
      'content-type': 'application/problem+json',
      'cache-control': 'no-store',
      'x-aegis-verdict': outcome,
      'x-aegis-decision': decision,
      ...(status === 429 ? { 'retry-after': String(Math.min(MAX_RETRY_AFTER, Math.max(1, seconds))) } : {}),
    },
    body: JSON.stringify({
      type: 'urn:aegis:problem:refused',
      title: status === 429 ? 'Too Many Requests' : 'Forbidden',
      status,
      detail: 'This request was refused. The operator can look up why by the reference.',
      instance: `urn:aegis:request:${randomUUID()}`,
      reference: decision,
    }),
  };
}

const NOT_YET: Refusal = Object.freeze({
  status: 503,
  headers: { 'content-type': 'application/problem+json', 'cache-control': 'no-store', 'retry-after': '5' },
  body: JSON.stringify({
    type: 'urn:aegis:problem:not_ready',
    title: 'Service Unavailable',
    status: 503,
    detail: 'It is not known yet who may pass. Try again later.',
  }),
});

function prefixOf(text: string): Prefix {
  const parsed = Prefix.parse(text);
  if (parsed.ok) return parsed.value;
  throw new AegisError('bad_options', `trustedProxies: ${parsed.error.message}`);
}
