import type { Clock } from '@aegis/model';
import type { AddressBan } from '@aegis/ports';
import type { GuardConfig } from '../config/guard-config.ts';
import type { Tally } from '../guard-counts.ts';
import type { GuardEvent } from '../guard-event.ts';
import type { Limiter } from '../limits/limiter.ts';
import { NORMAL } from '../states/client-state.ts';
import { type GuardOutcome, refusal } from '../verdict.ts';
import { IpWatch } from './ip-watch.ts';

export interface AddressBookOptions {
  readonly limiter: Limiter;
  readonly tally: Tally;
  readonly config: () => GuardConfig;
  readonly clock: Clock;
  readonly emit: (event: GuardEvent) => void;
}

/** Addresses as such: their buckets, their bans and how many accounts are behind them. Keys are those of `ipKey`. */
export class AddressBook {
  readonly #options: AddressBookOptions;
  readonly #watch: IpWatch = new IpWatch();
  readonly #changed: Set<string> = new Set();

  constructor(options: AddressBookOptions) {
    this.#options = options;
  }

  banOf(key: string, now: number): AddressBan | undefined {
    return this.#watch.banOf(key, now);
  }

  bans(now: number): readonly AddressBan[] {
    return this.#watch.bans(now);
  }

  /** Why an address that comes without an account is refused: its ban, then its bucket, which is charged. */
  refusalOf(key: string, now: number): GuardOutcome | undefined {
    const { limiter, clock } = this.#options;
    const ban = this.#watch.banOf(key, now);
    if (ban !== undefined) return refusal('ip_ban', NORMAL, ban.until - now);
    this.aim(key, now);
    if (limiter.take(clock.monotonic()) < 0) return undefined;
    const wait = limiter.waitMs;
    this.violation(key, now);
    return refusal('ip', NORMAL, wait);
  }

  /** Makes the address's bucket, as large as its accounts deserve, the one that the limiter looks at. */
  aim(key: string, now: number): void {
    const { limiter, config } = this.#options;
    limiter.address(key, this.#watch.users(key, now, config()));
  }

  sawUser(key: string, userHash: number, now: number): void {
    this.#watch.sawUser(key, userHash, now, this.#options.config());
  }

  violation(key: string, now: number): void {
    const { tally, config, emit } = this.#options;
    const ban = this.#watch.violation(key, now, config());
    if (ban === undefined) return;
    if (ban.kind === 'long') tally.longBans++;
    else tally.temporaryBans++;
    this.#changed.add(key);
    emit({ kind: 'ip_ban', ban, enforced: config().mode !== 'observe' });
  }

  lift(key: string, now: number): boolean {
    const lifted = this.#watch.lift(key, now);
    if (lifted) this.#ended(key, 'operator');
    return lifted;
  }

  sweep(now: number): void {
    for (const address of this.#watch.sweep(now)) this.#ended(address, 'expired');
  }

  /** Bans that changed since the last call, and addresses whose ban ended. */
  drain(now: number): { readonly bans: readonly AddressBan[]; readonly lifted: readonly string[] } {
    const addresses = [...this.#changed];
    this.#changed.clear();
    return {
      bans: addresses.map((each) => this.#watch.banOf(each, now)).filter((ban) => ban !== undefined),
      lifted: addresses.filter((each) => this.#watch.banOf(each, now) === undefined),
    };
  }

  restore(ban: AddressBan): void {
    this.#watch.restore(ban, this.#options.config());
  }

  #ended(address: string, reason: 'expired' | 'operator'): void {
    this.#changed.add(address);
    this.#options.emit({ kind: 'ip_lift', address, reason });
  }
}
