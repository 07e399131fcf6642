import type { CaseRecord, ClientRecord } from '@aegis/ports';
import type { CaseBook } from '../cases/case-book.ts';
import type { GuardConfig } from '../config/guard-config.ts';
import type { GuardEvent, Reason } from '../guard-event.ts';
import { CLIENT_STATES, NORMAL, stateName } from '../states/client-state.ts';
import { type Reach, STEP_DOWN, STEP_MS, transition } from '../states/transitions.ts';
import { PENALTIES, type Violation } from '../states/violation.ts';
import { decayed, timeUntil } from '../states/violation-score.ts';
import { DAY_MS, recovered } from '../trust/recovery.ts';
import { TRUST_INITIAL, TRUST_MAX } from '../trust/trust-bands.ts';
import {
  ClientTable,
  GOOD_AT,
  LOST,
  RECOVERED_AT,
  REWARD_AT,
  SCORE,
  SCORE_AT,
  SEEN_AT,
  STATE,
  TRUST,
  UNTIL,
} from './client-table.ts';

const HOUR_MS = 3_600_000;
/** A client of whom nothing is worth keeping is forgotten after this, any in an ordinary state after the next. */
const FORGET_PLAIN_MS: number = HOUR_MS;
const FORGET_MS: number = 90 * DAY_MS;

export interface ClientBookOptions {
  readonly cases: CaseBook;
  readonly config: () => GuardConfig;
  readonly reach: () => Reach;
  readonly enforced: () => boolean;
  readonly emit: (event: GuardEvent) => void;
}

/** The standing of all clients: what raises and lowers trust, and how states come and go. Wall time in ms. */
export class ClientBook {
  readonly table: ClientTable = new ClientTable();
  /** Clients in each state. */
  readonly inState: Int32Array = new Int32Array(CLIENT_STATES.length);
  readonly #options: ClientBookOptions;
  readonly #changed: Set<number> = new Set();
  readonly #forgotten: Set<string> = new Set();

  constructor(options: ClientBookOptions) {
    this.#options = options;
  }

  /** The client's row, with all that time has changed about it. */
  touch(user: string, now: number): number {
    const known = this.table.row(user);
    if (known === undefined) return this.#add(user, now);
    this.table.set(known, SEEN_AT, now);
    this.settle(known, now);
    return known;
  }

  /** Steps down what has expired and counts days of recovery; the same whether it is called often or late. */
  settle(row: number, now: number): void {
    const { table } = this;
    if (now - table.get(row, RECOVERED_AT) >= DAY_MS) this.#recover(row, now);
    if (table.get(row, STATE) !== NORMAL && table.get(row, UNTIL) <= now) this.#expire(row, now);
  }

  violate(row: number, violation: Violation, now: number, detail: string): void {
    const { table } = this;
    const { states, capacity } = this.#options.config();
    const user = table.names[row] as string;
    const penalty = PENALTIES[violation];
    const before = table.get(row, TRUST);
    const score = this.scoreOf(row, now) + penalty;
    table.set(row, SCORE, Math.min(score, 1e6));
    table.set(row, SCORE_AT, now);
    table.set(row, TRUST, Math.max(0, before - penalty));
    table.set(row, LOST, Math.min(TRUST_MAX, table.get(row, LOST) + before - table.get(row, TRUST)));
    table.set(row, REWARD_AT, now + this.#rewardMs());
    this.#options.cases.note(user, { at: now, violation, detail }, capacity.cases);
    this.#changed.add(row);
    const from = table.get(row, STATE);
    const step = transition(from, violation, this.#options.reach());
    if (step === undefined || score < states.enterScore) return;
    const until = now + step.forMs;
    if (step.to === from) {
      // Misbehaving further prolongs, and an operator's word without end stays without end.
      table.set(row, UNTIL, Math.max(table.get(row, UNTIL), until));
      if (!step.asks || this.#options.cases.isAsking(user)) return;
      this.#enter(row, step.to, table.get(row, UNTIL), violation, now, { asks: true });
      return;
    }
    this.#enter(row, step.to, until, violation, now, { asks: step.asks });
  }

  /** A point of trust, at the rate that good acts may count; whether it counted. */
  good(row: number, now: number): boolean {
    const { table } = this;
    const { goodPerHour, goodBurst } = this.#options.config().trust;
    const interval = HOUR_MS / goodPerHour;
    const base = Math.max(table.get(row, GOOD_AT), now);
    if (base - now > interval * (goodBurst - 1) || table.get(row, TRUST) >= TRUST_MAX) return false;
    table.set(row, GOOD_AT, base + interval);
    table.set(row, TRUST, table.get(row, TRUST) + 1);
    this.#changed.add(row);
    return true;
  }

  /** A call without trouble: worth a point for each stretch of them. */
  reward(row: number, now: number): void {
    if (now < this.table.get(row, REWARD_AT)) return;
    this.table.set(row, REWARD_AT, now + this.#rewardMs());
    this.good(row, now);
  }

  /** By an operator: any state, milder or harsher. */
  set(row: number, to: number, until: number, reason: Reason, now: number): void {
    this.table.set(row, SCORE, to === NORMAL ? 0 : this.table.get(row, SCORE));
    this.table.set(row, SCORE_AT, now);
    this.#enter(row, to, to === NORMAL ? 0 : until, reason, now, { asks: false });
  }

  /** An overturned case gives back what it cost, and ends the state where it still is that case's. */
  overturn(record: CaseRecord, row: number, now: number): void {
    const { table } = this;
    table.set(row, TRUST, Math.min(TRUST_MAX, table.get(row, TRUST) + record.points));
    this.#changed.add(row);
    const latest = this.#options.cases
      .list()
      .find((each) => each.user === record.user && each.from !== each.to);
    const isItsDoing = latest === undefined || latest.id === record.id;
    if (table.get(row, STATE) !== NORMAL && isItsDoing) this.set(row, NORMAL, 0, 'overturned', now);
  }

  scoreOf(row: number, now: number): number {
    const { table } = this;
    const { halfLifeMs } = this.#options.config().states;
    return decayed(table.get(row, SCORE), now - table.get(row, SCORE_AT), halfLifeMs);
  }

  /** Everyone back to normal, with their trust: what was only observed is not held against anyone. */
  clearStates(now: number): void {
    for (let row = 0; row < this.table.rows; row++)
      if (this.table.isUsed(row) && this.table.get(row, STATE) !== NORMAL)
        this.set(row, NORMAL, 0, 'mode_changed', now);
  }

  /** Settles everyone, and forgets who was quiet for long and has nothing to be remembered for. */
  sweep(now: number): void {
    const { table } = this;
    for (let row = 0; row < table.rows; row++) {
      if (!table.isUsed(row)) continue;
      this.settle(row, now);
      const quiet = now - table.get(row, SEEN_AT);
      const isPlain = table.get(row, TRUST) === TRUST_INITIAL && this.scoreOf(row, now) === 0;
      if (table.get(row, STATE) === NORMAL && quiet > (isPlain ? FORGET_PLAIN_MS : FORGET_MS)) {
        this.#forget(row);
        table.remove(row);
      }
    }
  }

  record(row: number): ClientRecord {
    const { table } = this;
    const until = table.get(row, UNTIL);
    return {
      user: table.names[row] as string,
      trust: table.get(row, TRUST),
      state: stateName(table.get(row, STATE)),
      until: until === Infinity ? null : until,
      score: table.get(row, SCORE),
      scoreAt: table.get(row, SCORE_AT),
      recoveredAt: table.get(row, RECOVERED_AT),
      seenAt: table.get(row, SEEN_AT),
    };
  }

  /** From before a restart. A record that cannot be is ignored. */
  restore(record: ClientRecord, now: number): void {
    const state = CLIENT_STATES.findIndex((name) => String(name) === record.state);
    if (state < 0 || !(record.trust >= 0 && record.trust <= TRUST_MAX)) return;
    const row = this.table.row(record.user) ?? this.#add(record.user, now);
    const { table } = this;
    this.inState[table.get(row, STATE)] = (this.inState[table.get(row, STATE)] as number) - 1;
    this.inState[state] = (this.inState[state] as number) + 1;
    table.set(row, TRUST, Math.round(record.trust));
    table.set(row, STATE, state);
    table.set(row, UNTIL, record.until ?? Infinity);
    table.set(row, SCORE, record.score);
    table.set(row, SCORE_AT, record.scoreAt);
    table.set(row, RECOVERED_AT, record.recoveredAt);
    table.set(row, SEEN_AT, record.seenAt);
  }

  drain(): { readonly changed: readonly ClientRecord[]; readonly forgotten: readonly string[] } {
    const changed = [...this.#changed].filter((row) => this.table.isUsed(row)).map((row) => this.record(row));
    const forgotten = [...this.#forgotten].filter((user) => this.table.row(user) === undefined);
    this.#changed.clear();
    this.#forgotten.clear();
    return { changed, forgotten };
  }

  #add(user: string, now: number): number {
    const most = this.#options.config().capacity.clients;
    this.inState[NORMAL] = (this.inState[NORMAL] as number) + 1;
    return this.table.add(user, now, now + this.#rewardMs(), most, (row) => this.#forget(row));
  }

  #forget(row: number): void {
    const state = this.table.get(row, STATE);
    this.inState[state] = (this.inState[state] as number) - 1;
    this.#changed.delete(row);
    this.#forgotten.add(this.table.names[row] as string);
  }

  #recover(row: number, now: number): void {
    const { table } = this;
    const since = table.get(row, RECOVERED_AT);
    const days = Math.floor((now - since) / DAY_MS);
    table.set(row, RECOVERED_AT, since + days * DAY_MS);
    table.set(row, TRUST, recovered(table.get(row, TRUST), days));
    this.#changed.add(row);
  }

  #expire(row: number, now: number): void {
    const { table } = this;
    const { halfLifeMs, leaveScore } = this.#options.config().states;
    while (table.get(row, STATE) !== NORMAL && table.get(row, UNTIL) <= now) {
      const ended = table.get(row, UNTIL);
      const left = decayed(table.get(row, SCORE), ended - table.get(row, SCORE_AT), halfLifeMs);
      const more = timeUntil(left, leaveScore, halfLifeMs);
      if (more > 0) {
        table.set(row, UNTIL, ended + more);
        // The score at that time is what it has to be, whatever rounding says.
        table.set(row, SCORE, leaveScore);
        table.set(row, SCORE_AT, ended + more);
        this.#changed.add(row);
        continue;
      }
      const to = STEP_DOWN[table.get(row, STATE)] as number;
      this.#enter(row, to, to === NORMAL ? 0 : ended + (STEP_MS[to] as number), 'expired', ended, {
        asks: false,
      });
    }
  }

  #rewardMs(): number {
    return HOUR_MS / this.#options.config().trust.goodPerHour;
  }

  #enter(
    row: number,
    to: number,
    until: number,
    reason: Reason,
    at: number,
    { asks }: { asks: boolean },
  ): void {
    const { table } = this;
    const { cases, config, emit, enforced } = this.#options;
    const from = table.get(row, STATE);
    const user = table.names[row] as string;
    table.set(row, STATE, to);
    table.set(row, UNTIL, until);
    this.inState[from] = (this.inState[from] as number) - 1;
    this.inState[to] = (this.inState[to] as number) + 1;
    this.#changed.add(row);
    const names = { from: stateName(from), to: stateName(to) };
    const isSanction = to > from || asks;
    let record: CaseRecord | undefined;
    if (isSanction) {
      const points = table.get(row, LOST);
      table.set(row, LOST, 0);
      const about = { user, ...names, reason, at, until: until === Infinity ? null : until, points, asks };
      record = cases.open(about, config().capacity.cases);
    }
    if (to === NORMAL) table.set(row, LOST, 0);
    if (to !== from)
      emit({
        kind: 'transition',
        user,
        ...names,
        reason,
        at,
        until,
        enforced: enforced(),
        ...(record === undefined ? {} : { caseId: record.id }),
      });
    if (record !== undefined) emit({ kind: 'case', record });
  }
}
