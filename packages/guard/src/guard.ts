import { type Clock, type Result, randomHashKey } from '@aegis/model';
import type { AddressBan, CaseRecord, GuardChanges, GuardMemory } from '@aegis/ports';
import { BucketTable } from './buckets/bucket-table.ts';
import type { Buckets } from './buckets/buckets.ts';
import { CaseBook } from './cases/case-book.ts';
import { ClientBook } from './clients/client-book.ts';
import { NOTED_AT, STATE, TRUST, UNTIL, VIOLATED_AT } from './clients/client-table.ts';
import type { GuardConfig } from './config/guard-config.ts';
import { isFanOutAbuse, messageCost, plainMessageCost } from './costs/message-cost.ts';
import type {
  CaseFilter,
  CaseRefusal,
  ClientView,
  Hand,
  MessageCall,
  RpcCall,
  ViolationReport,
} from './guard-calls.ts';
import { countsOf, type GuardCounts, Tally } from './guard-counts.ts';
import { GuardDesk } from './guard-desk.ts';
import type { GuardEvent } from './guard-event.ts';
import type { GuardOptions } from './guard-options.ts';
import { AddressBook } from './ip/address-book.ts';
import { ipKey } from './ip/ip-key.ts';

import { CHANNEL, DIMENSIONS } from './limits/dimension.ts';
import { Limiter, type Quota } from './limits/limiter.ts';
import {
  type ClientState,
  DISCONNECTED,
  NORMAL,
  SHADOW_BANNED,
  stateName,
  THROTTLED,
} from './states/client-state.ts';
import { type Reach, refusesWrites } from './states/transitions.ts';
import type { Violation } from './states/violation.ts';
import { TRUST_INITIAL, trustBand } from './trust/trust-bands.ts';
import { type GuardOutcome, type GuardVerdict, type LimitedBy, PASS, passAt, refusal } from './verdict.ts';

/** How often the same account at the same address is noted there, ms. */
const NOTE_AGAIN_MS = 600_000;

/**
 * Abuse protection for a server of messages or calls. Every check is a look-up in memory: it does no I/O, takes
 * about a microsecond and allocates nothing where the call passes untouched.
 *
 * Not reentrant: `onEvent` must not check. One thread has one guard; threads may share its buckets.
 */
export class Guard {
  readonly #clock: Clock;
  readonly #decided: GuardOptions['decided'];
  readonly #onEvent: (event: GuardEvent) => void;
  readonly #tally: Tally = new Tally();
  readonly #limiter: Limiter;
  readonly #cases: CaseBook;
  readonly #clients: ClientBook;
  readonly #addresses: AddressBook;
  readonly #desk: GuardDesk;
  #config: GuardConfig;
  #overrides: ReadonlyMap<string, number> = new Map();
  /** How far the evaluation goes: in observe mode as far as in full mode. */
  #reach: Reach = { throttleOnly: false, shadowBan: 'off' };

  constructor(options: GuardOptions) {
    const { config, clock, random, decided, onEvent = () => {} } = options;
    this.#config = config;
    this.#clock = clock;
    this.#decided = decided;
    this.#onEvent = onEvent;
    const buckets = options.buckets ?? new BucketTable(config.capacity.buckets);
    this.#limiter = new Limiter(buckets, options.hashKey ?? randomHashKey(random), this.#tally, config);
    const emit = (event: GuardEvent): void => this.#onEvent(event);
    const shared = { config: () => this.#config, clock, emit };
    this.#addresses = new AddressBook({ ...shared, limiter: this.#limiter, tally: this.#tally });
    this.#cases = new CaseBook(random);
    this.#clients = new ClientBook({
      cases: this.#cases,
      config: () => this.#config,
      reach: () => this.#reach,
      enforced: () => this.#config.mode !== 'observe',
      emit,
    });
    this.#desk = new GuardDesk({ ...shared, clients: this.#clients, cases: this.#cases });
    this.#take(config);
  }

  get config(): GuardConfig {
    return this.#config;
  }

  /**
   * Another config, from the next call on and for what is live. Capacities stay until a restart. What observe mode
   * found out is not held against anyone when it ends: states are cleared, trust is kept.
   */
  configure(config: GuardConfig): void {
    const wasObserving = this.#config.mode === 'observe';
    this.#take({ ...config, capacity: { ...config.capacity, buckets: this.#config.capacity.buckets } });
    if (wasObserving && config.mode !== 'observe') this.#clients.clearStates(this.#clock.now());
  }

  /** Servers that share limits are told what is taken. */
  shareTaken(listener: (a: number, b: number, charge: number, tolerance: number) => void): Buckets {
    this.#limiter.onTaken = listener;
    return this.#limiter.buckets;
  }

  /** Somebody connects. Where it is known which account (a session's token was checked), the account counts. */
  checkConnection(ip: string, { user }: { readonly user?: string | undefined } = {}): GuardVerdict {
    const now = this.#clock.now();
    this.#tally.calls++;
    const row = user === undefined ? undefined : this.#clients.touch(user, now);
    const trust = row === undefined ? TRUST_INITIAL : this.#clients.table.get(row, TRUST);
    const state = row === undefined ? NORMAL : this.#clients.table.get(row, STATE);
    const key = ipKey(ip);
    if (row !== undefined && state === DISCONNECTED)
      return this.#verdict(this.#stateRefusal(row, now), trust);
    const ban = row === undefined ? this.#addresses.banOf(key, now) : undefined;
    if (ban !== undefined) return this.#verdict(refusal('ip_ban', NORMAL, ban.until - now), trust);
    const ruled = this.#decided?.({ address: ip, ...(user === undefined ? {} : { user }) });
    if (ruled?.outcome === 'block')
      return this.#verdict(refusal('decision', state, (ruled.until ?? now) - now), trust);
    if (row !== undefined) this.#note(row, ip, key, now);
    else {
      const refused = this.#addresses.refusalOf(key, now);
      if (refused !== undefined) return this.#verdict(refused, trust);
    }
    return this.#pass(state, trust, ruled?.outcome === 'shadow', ruled?.outcome === 'throttle');
  }

  checkRpc({ user, device, method, channel, ip }: RpcCall): GuardVerdict {
    const now = this.#clock.now();
    this.#tally.calls++;
    if (user === undefined) {
      const refused = ip === undefined ? undefined : this.#addresses.refusalOf(ipKey(ip), now);
      return refused === undefined ? passAt(TRUST_INITIAL) : this.#verdict(refused, TRUST_INITIAL);
    }
    const row = this.#begin(user, ip, now);
    const { cost, write } = this.#limiter.method(method);
    this.#limiter.user(cost);
    if (!this.#reach.throttleOnly) {
      if (device !== undefined) this.#limiter.device(device, cost);
      this.#limiter.rpc(method, cost);
    }
    if (channel !== undefined) this.#limiter.channel(channel, cost);
    return this.#judge(row, write, method, ip, now);
  }

  checkSendMessage(message: MessageCall): GuardVerdict {
    const { user, device, channel, recipientCount, size, isMedia, ip } = message;
    const now = this.#clock.now();
    this.#tally.calls++;
    const row = this.#begin(user, ip, now);
    const isFull = !this.#reach.throttleOnly;
    const cost = isFull ? messageCost(recipientCount, size, isMedia) : plainMessageCost(size, isMedia);
    this.#tally.message(cost);
    this.#limiter.user(cost);
    if (isFull) {
      if (device !== undefined) this.#limiter.device(device, cost);
      this.#limiter.rpc('send', cost);
    }
    this.#limiter.channel(channel, cost);
    const verdict = this.#judge(row, true, 'send', ip, now);
    if (verdict.would.allowed && isFull && isFanOutAbuse(recipientCount, cost))
      this.#violate(row, 'fan_out_abuse', `a message to ${recipientCount} that costs ${cost}`, ip, now);
    return verdict;
  }

  reportViolation({ user, ip, violation, detail = '' }: ViolationReport): void {
    const now = this.#clock.now();
    if (user !== undefined) this.#violate(this.#clients.touch(user, now), violation, detail, ip, now);
    else if (ip !== undefined) this.#addresses.violation(ipKey(ip), now);
  }

  /** Worth a point of trust, as often as the config lets it count; whether it did. */
  reportGood(user: string): boolean {
    const now = this.#clock.now();
    return this.#clients.good(this.#clients.touch(user, now), now);
  }

  /** Frees what has expired. Checks are right without it; call it every minute or so for events and memory. */
  sweep(): void {
    const now = this.#clock.now();
    this.#clients.sweep(now);
    this.#addresses.sweep(now);
    this.#limiter.buckets.sweep(this.#clock.monotonic());
  }

  /** What is left of the buckets that a call of this user would draw on, in calls like it. Takes nothing. */
  quotas({ user, device, method, channel, ip }: RpcCall): readonly Quota[] {
    const now = this.#clock.now();
    if (user === undefined) {
      if (ip === undefined) return [];
      const key = ipKey(ip);
      this.#addresses.aim(key, now);
    } else {
      const row = this.#clients.table.row(user);
      const trust = row === undefined ? TRUST_INITIAL : this.#clients.table.get(row, TRUST);
      this.#limiter.begin(user, trustBand(trust), this.#overrides.get(user) ?? 1);
      this.#limiter.user(1);
      if (device !== undefined && !this.#reach.throttleOnly) this.#limiter.device(device, 1);
      if (!this.#reach.throttleOnly) this.#limiter.rpc(method, 1);
      if (channel !== undefined) this.#limiter.channel(channel, 1);
    }
    return this.#limiter.quotas(this.#clock.monotonic());
  }

  inspect(user: string): ClientView {
    return this.#desk.inspect(user);
  }

  /** Clients in a state, at most `limit`. */
  list(state: ClientState, limit: number): readonly ClientView[] {
    return this.#desk.list(state, limit);
  }

  /** `forMs` is the state's ordinary time where it is left out; `Infinity` holds until it is lifted. */
  setState(user: string, state: ClientState, hand: Hand, forMs?: number): ClientView {
    return this.#desk.setState(user, state, hand, forMs);
  }

  /** Back to Normal; whether there was anything to lift. Trust stays as it is. */
  lift(user: string, hand: Hand): boolean {
    return this.#desk.lift(user, hand);
  }

  ipBans(): readonly AddressBan[] {
    return this.#addresses.bans(this.#clock.now());
  }

  liftIp(ip: string): boolean {
    const key = ipKey(ip.endsWith('/64') ? ip.slice(0, -3) : ip);
    return this.#addresses.lift(key, this.#clock.now());
  }

  /** Newest first. */
  cases(filter: CaseFilter = {}): readonly CaseRecord[] {
    return this.#desk.cases(filter);
  }

  /** A client contests a case. */
  appeal(id: string, text: string): Result<CaseRecord, CaseRefusal> {
    return this.#desk.appeal(id, text);
  }

  /** An operator's word on a case. Overturned: trust is given back and the state ends. */
  rule(id: string, status: 'upheld' | 'overturned', hand: Hand): Result<CaseRecord, CaseRefusal> {
    return this.#desk.rule(id, status, hand);
  }

  counts(): GuardCounts {
    return countsOf(this.#tally, this.#clients, this.ipBans(), this.#limiter.buckets);
  }

  /** What has changed since the last call, to be kept; see the port GuardStore. */
  drainChanges(): GuardChanges {
    const clients = this.#clients.drain();
    const cases = this.#cases.drain();
    const { bans, lifted } = this.#addresses.drain(this.#clock.now());
    return {
      clients: clients.changed,
      forgottenClients: clients.forgotten,
      bans,
      liftedBans: lifted,
      cases: cases.changed,
      forgottenCases: cases.forgotten,
    };
  }

  /** Takes over what was kept before a restart. */
  restore({ clients, bans, cases }: GuardMemory): void {
    const now = this.#clock.now();
    for (const record of clients.slice(0, this.#config.capacity.clients)) this.#clients.restore(record, now);
    for (const ban of bans) if (ban.until > now) this.#addresses.restore(ban);
    for (const record of cases) this.#cases.restore(record, this.#config.capacity.cases);
  }

  #take(config: GuardConfig): void {
    this.#config = config;
    this.#limiter.configure(config);
    this.#overrides = new Map(Object.entries(config.overrides));
    this.#reach = { throttleOnly: config.mode === 'light', shadowBan: config.shadowBan };
  }

  #begin(user: string, ip: string | undefined, now: number): number {
    const row = this.#clients.touch(user, now);
    if (ip !== undefined) this.#noteOnce(row, ip, now);
    const times = this.#overrides.size === 0 ? 1 : (this.#overrides.get(user) ?? 1);
    this.#limiter.begin(user, trustBand(this.#clients.table.get(row, TRUST)), times);
    return row;
  }

  #judge(row: number, write: boolean, method: string, ip: string | undefined, now: number): GuardVerdict {
    const { table } = this.#clients;
    const state = table.get(row, STATE);
    if (state === DISCONNECTED) return this.#verdict(this.#stateRefusal(row, now), table.get(row, TRUST));
    const refusing = this.#limiter.take(this.#clock.monotonic());
    if (refusing < 0) {
      if (write && refusesWrites(state))
        return this.#verdict(this.#stateRefusal(row, now), table.get(row, TRUST));
      if (state === NORMAL) {
        this.#clients.reward(row, now);
        return passAt(table.get(row, TRUST));
      }
      return this.#pass(state, table.get(row, TRUST), write && state === SHADOW_BANNED, false);
    }
    const wait = this.#limiter.waitMs;
    const name = DIMENSIONS[refusing] as LimitedBy;
    // That a room is busy is not the fault of whoever comes last.
    if (refusing !== CHANNEL && now - table.get(row, VIOLATED_AT) >= this.#config.states.dwellMs) {
      table.set(row, VIOLATED_AT, now);
      this.#violate(row, 'rate_limit', `${method}: more than the ${name} limit`, ip, now);
    }
    const after = table.get(row, STATE);
    const blocked = after === DISCONNECTED || (write && refusesWrites(after));
    const retry = blocked ? Math.max(wait, table.get(row, UNTIL) - now) : wait;
    return this.#verdict(refusal(name, after, retry), table.get(row, TRUST));
  }

  #violate(row: number, violation: Violation, detail: string, ip: string | undefined, now: number): void {
    this.#clients.violate(row, violation, now, detail);
    if (ip !== undefined) this.#addresses.violation(ipKey(ip), now);
  }

  #noteOnce(row: number, ip: string, now: number): void {
    const { table } = this.#clients;
    if (table.address[row] === ip && now - table.get(row, NOTED_AT) < NOTE_AGAIN_MS) return;
    this.#note(row, ip, ipKey(ip), now);
  }

  /** Only accounts in good standing make an address larger: else abusers would bring their own crowd. */
  #note(row: number, ip: string, key: string, now: number): void {
    const { table } = this.#clients;
    table.address[row] = ip;
    table.set(row, NOTED_AT, now);
    if (table.get(row, STATE) !== NORMAL || table.get(row, TRUST) < TRUST_INITIAL) return;
    this.#limiter.begin(table.names[row] as string, trustBand(table.get(row, TRUST)), 1);
    this.#addresses.sawUser(key, this.#limiter.userHash, now);
  }

  #stateRefusal(row: number, now: number): GuardOutcome {
    const { table } = this.#clients;
    return refusal('state', table.get(row, STATE), table.get(row, UNTIL) - now);
  }

  #pass(state: number, trust: number, drop: boolean, slow: boolean): GuardVerdict {
    const delayMs = slow || state === THROTTLED ? this.#config.throttleDelayMs : 0;
    if (state === NORMAL && !drop && delayMs === 0) return passAt(trust);
    const limitedBy = drop || delayMs > 0 ? (state === NORMAL ? 'decision' : 'state') : undefined;
    return this.#verdict(
      { allowed: true, delayMs, silentDrop: drop, state: stateName(state), retryAfterMs: 0, limitedBy },
      trust,
    );
  }

  /** What is found out happens, unless the mode only observes. */
  #verdict(would: GuardOutcome, trust: number): GuardVerdict {
    if (this.#config.mode === 'observe') return { ...PASS, trust, would };
    if (!would.allowed) this.#tally.refused++;
    else if (would.silentDrop) this.#tally.dropped++;
    else if (would.delayMs > 0) this.#tally.delayed++;
    return { ...would, trust, would };
  }
}
