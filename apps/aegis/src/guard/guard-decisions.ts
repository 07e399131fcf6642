import type { DecisionEngine } from '@aegis/decide';
import type { GuardEvent, GuardOptions } from '@aegis/guard';
import { type Clock, type Logger, type Scope, writeDuration } from '@aegis/model';
import type { Actor, Decisions, DecisionWish } from '../node/services.ts';

/** The origin of the guard's decisions, for policies. */
export const GUARD_ORIGIN = 'guard';
const ACTOR: Actor = { name: GUARD_ORIGIN, from: 'local' };

/** A sanction that nobody ends is shared for so long; the ledger's own bound may be shorter. */
const ENDLESS_MS = 365 * 86_400_000;
/** Events that wait to be shared. */
const MOST_WAITING = 10_000;

/** What the mesh has decided about somebody who connects: see `Guard`. */
export function decidedBy(engine: DecisionEngine, clock: Clock): NonNullable<GuardOptions['decided']> {
  return ({ address, user }) => {
    if (address === undefined) return undefined;
    const { outcome, scope, origin, expires } = engine.check(
      { address, ...(user === undefined ? {} : { user }) },
      clock.now(),
    );
    // Where the account is known a guard's ban of an address does not count, here as at the guard that made it.
    if (user !== undefined && origin === GUARD_ORIGIN && scope !== 'user') return undefined;
    if (outcome === 'block' || outcome === 'shadow') return { outcome, until: expires };
    return outcome === 'throttle' || outcome === 'challenge' ? { outcome: 'throttle' } : undefined;
  };
}

export interface GuardDecisionsOptions {
  readonly decisions: Decisions;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Turns what the guard did into decisions that are enforced everywhere, and ends them again; in order. */
export class GuardDecisions {
  readonly #options: GuardDecisionsOptions;
  #waiting: GuardEvent[] = [];
  #working: Promise<void> | undefined;

  constructor(options: GuardDecisionsOptions) {
    this.#options = options;
  }

  take(event: GuardEvent): void {
    if (event.kind === 'case' || ('enforced' in event && !event.enforced)) return;
    if (this.#waiting.length >= MOST_WAITING) {
      this.#options.logger.error({ kind: event.kind }, 'too much to share: this sanction stays on this node');
      return;
    }
    this.#waiting.push(event);
    this.#working ??= this.#work().finally(() => {
      this.#working = undefined;
    });
  }

  /** Resolves when everything so far has been shared, or failed. */
  async idle(): Promise<void> {
    while (this.#working !== undefined) await this.#working;
  }

  async #work(): Promise<void> {
    for (let event = this.#waiting.shift(); event !== undefined; event = this.#waiting.shift()) {
      try {
        await this.#share(event);
      } catch (error) {
        this.#options.logger.error(
          { kind: event.kind, error: String(error) },
          'a sanction could not be shared',
        );
      }
    }
  }

  async #share(event: GuardEvent): Promise<void> {
    if (event.kind === 'ip_ban') {
      const { address, from, until, kind, users } = event.ban;
      const who = users > 1 ? `, about ${users} accounts use it` : '';
      return this.#add({
        ...placeOf(address),
        action: 'ban',
        durationMs: until - from,
        reason: `too many violations: ${kind} ban${who}`,
        key: `guard:${address}:${from}`,
      });
    }
    // What has expired here has expired there.
    if (event.kind === 'ip_lift') {
      if (event.reason === 'operator') await this.#lift(placeOf(event.address), 'lifted by an operator');
      return;
    }
    if (event.kind !== 'transition' || event.reason === 'expired') return;
    const target = { scope: 'user', value: event.user } as const;
    await this.#lift(target, `now ${event.to}: ${event.reason}`);
    if (event.to !== 'disconnected' && event.to !== 'shadow_banned') return;
    const durationMs = Math.min(event.until - event.at, ENDLESS_MS);
    return this.#add({
      ...target,
      action: event.to === 'disconnected' ? 'ban' : 'shadow',
      durationMs,
      reason: `${event.reason}: ${event.to} for ${writeDuration(durationMs)}`,
      key: `guard:${event.caseId ?? `${event.user}:${event.at}`}:${event.to}`,
    });
  }

  async #add(wish: Omit<DecisionWish, 'origin' | 'source'>): Promise<void> {
    if (wish.durationMs <= 0) return;
    const [result] = await this.#options.decisions.add(
      [{ ...wish, origin: GUARD_ORIGIN, source: GUARD_ORIGIN }],
      ACTOR,
    );
    if (result !== undefined && !result.ok)
      this.#options.logger.warn(
        { value: wish.value, why: result.error.message },
        'a sanction stays on this node',
      );
  }

  async #lift(target: { readonly scope: Scope; readonly value: string }, reason: string): Promise<void> {
    const { decisions, clock } = this.#options;
    const page = await decisions.list({
      ...target,
      origin: GUARD_ORIGIN,
      inForceAt: clock.now(),
      limit: 100,
    });
    for (const { decision } of page.decisions) await decisions.lift(decision.id, reason, ACTOR);
  }
}

function placeOf(address: string): { readonly scope: Scope; readonly value: string } {
  return { scope: address.includes('/') ? 'range' : 'ip', value: address };
}
