import type { AddressBan } from '@aegis/ports';
import type { GuardConfig } from '../config/guard-config.ts';
import { UserEstimate } from './user-estimate.ts';

/** Whole violations that are remembered: as many as any threshold may ask for. */
const REMEMBERED = 50;
/** Accounts of an address are forgotten after one to two of these, ms. */
const USERS_MS = 3_600_000;

class Watched {
  readonly users: UserEstimate;
  /** Times of violations, the newest at `next - 1`. Made at the first one. */
  times: Float64Array | undefined;
  next = 0;
  /** Parts of a violation that are not yet a whole one. */
  part = 0;
  ban: AddressBan | undefined;

  constructor(now: number) {
    this.users = new UserEstimate(now);
  }
}

/**
 * What happens at addresses, with restraint: behind one may be a household or a city (carrier-grade NAT). A
 * violation weighs 1 / (accounts seen there), so that many neighbours are needed for what one alone is banned for.
 */
export class IpWatch {
  readonly #watched: Map<string, Watched> = new Map();
  readonly #banned: Set<string> = new Set();

  /** An account was seen at an address. */
  sawUser(address: string, hash: number, now: number, config: GuardConfig): void {
    this.#touch(address, now, config).users.add(hash, now, USERS_MS);
  }

  /** By how much the limits of an address are multiplied. */
  users(address: string, now: number, { ip }: GuardConfig): number {
    const watched = this.#watched.get(address);
    return watched === undefined ? 1 : Math.min(ip.mostUsers, watched.users.count(now, USERS_MS));
  }

  /** Counts a violation; the ban that it led to, where it did. */
  violation(address: string, now: number, config: GuardConfig): AddressBan | undefined {
    const { ip } = config;
    const watched = this.#touch(address, now, config);
    const users = Math.min(ip.mostUsers, watched.users.count(now, USERS_MS));
    watched.part += 1 / users;
    // Sums of 1/n fall short of 1 by rounding.
    if (watched.part < 1 - 1e-9) return undefined;
    watched.part = 0;
    watched.times ??= new Float64Array(REMEMBERED).fill(-Infinity);
    watched.times[watched.next % REMEMBERED] = now;
    watched.next++;
    const within = (count: number, windowMs: number): boolean =>
      watched.next >= count &&
      now - ((watched.times as Float64Array)[(watched.next - count) % REMEMBERED] as number) <= windowMs;
    if (within(ip.longBanAfter, ip.longWindowMs))
      return this.#ban(watched, { address, kind: 'long', from: now, until: now + ip.longBanMs, users });
    if (within(ip.tempBanAfter, ip.tempWindowMs))
      return this.#ban(watched, { address, kind: 'temporary', from: now, until: now + ip.tempBanMs, users });
    return undefined;
  }

  banOf(address: string, now: number): AddressBan | undefined {
    const ban = this.#watched.get(address)?.ban;
    return ban !== undefined && ban.until > now ? ban : undefined;
  }

  bans(now: number): readonly AddressBan[] {
    return [...this.#banned].map((address) => this.banOf(address, now)).filter((ban) => ban !== undefined);
  }

  /** Takes over a ban from before a restart. */
  restore(ban: AddressBan, config: GuardConfig): void {
    const watched = this.#touch(ban.address, ban.from, config);
    watched.ban = ban;
    this.#banned.add(ban.address);
  }

  /** Ends a ban and forgets what led to it; whether there was one. */
  lift(address: string, now: number): boolean {
    const watched = this.#watched.get(address);
    const wasBanned = this.banOf(address, now) !== undefined;
    if (watched !== undefined) {
      watched.ban = undefined;
      watched.times = undefined;
      watched.next = 0;
      watched.part = 0;
    }
    this.#banned.delete(address);
    return wasBanned;
  }

  /** Ends what has expired; the addresses. */
  sweep(now: number): readonly string[] {
    const ended = [...this.#banned].filter((address) => this.banOf(address, now) === undefined);
    for (const address of ended) {
      this.#banned.delete(address);
      const watched = this.#watched.get(address);
      if (watched !== undefined) watched.ban = undefined;
    }
    return ended;
  }

  /** A ban that is in force becomes longer and never shorter. */
  #ban(watched: Watched, ban: AddressBan): AddressBan | undefined {
    const { ban: old } = watched;
    if (old !== undefined && old.until >= ban.until) return undefined;
    if (old !== undefined && old.until > ban.from && old.kind === ban.kind) return undefined;
    watched.ban = ban;
    this.#banned.add(ban.address);
    return ban;
  }

  #touch(address: string, now: number, { capacity }: GuardConfig): Watched {
    let watched = this.#watched.get(address);
    if (watched !== undefined) this.#watched.delete(address);
    else {
      if (this.#watched.size >= capacity.addresses) this.#makeRoom(now);
      watched = new Watched(now);
    }
    this.#watched.set(address, watched);
    return watched;
  }

  /** Forgets the address that was quiet for longest; one that is banned only where all of the oldest are. */
  #makeRoom(now: number): void {
    let oldest: string | undefined;
    let looked = 0;
    for (const [address, { ban }] of this.#watched) {
      oldest ??= address;
      if (ban === undefined || ban.until <= now) {
        oldest = address;
        break;
      }
      if (++looked === 64) break;
    }
    if (oldest === undefined) return;
    this.#watched.delete(oldest);
    this.#banned.delete(oldest);
  }
}
