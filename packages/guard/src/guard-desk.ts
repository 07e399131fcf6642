import { type Clock, Result } from '@aegis/model';
import type { CaseRecord } from '@aegis/ports';
import type { CaseBook } from './cases/case-book.ts';
import type { ClientBook } from './clients/client-book.ts';
import { SEEN_AT, STATE, TRUST, UNTIL } from './clients/client-table.ts';
import type { GuardConfig } from './config/guard-config.ts';
import type { CaseFilter, CaseRefusal, ClientView, Hand } from './guard-calls.ts';
import type { GuardEvent } from './guard-event.ts';
import { type ClientState, SHADOW_BANNED, stateName, stateNumber } from './states/client-state.ts';
import { STEP_MS } from './states/transitions.ts';
import { TRUST_INITIAL } from './trust/trust-bands.ts';

export interface GuardDeskOptions {
  readonly clients: ClientBook;
  readonly cases: CaseBook;
  readonly config: () => GuardConfig;
  readonly clock: Clock;
  readonly emit: (event: GuardEvent) => void;
}

/** What people see and do: clients and their states, cases, appeals and rulings. */
export class GuardDesk {
  readonly #options: GuardDeskOptions;

  constructor(options: GuardDeskOptions) {
    this.#options = options;
  }

  inspect(user: string): ClientView {
    const { clients, cases, clock } = this.#options;
    const now = clock.now();
    const row = clients.table.row(user);
    const own = cases.list().filter((each) => each.user === user);
    if (row === undefined) return unknownClient(user, own);
    clients.settle(row, now);
    const { table } = clients;
    return {
      user,
      known: true,
      state: stateName(table.get(row, STATE)),
      until: table.get(row, UNTIL),
      trust: table.get(row, TRUST),
      score: clients.scoreOf(row, now),
      seenAt: table.get(row, SEEN_AT),
      cases: own,
    };
  }

  list(state: ClientState, limit: number): readonly ClientView[] {
    const { clients, clock } = this.#options;
    const { table } = clients;
    const wanted = stateNumber(state);
    const found: string[] = [];
    for (let row = 0; row < table.rows && found.length < limit; row++) {
      if (!table.isUsed(row)) continue;
      clients.settle(row, clock.now());
      if (table.get(row, STATE) === wanted) found.push(table.names[row] as string);
    }
    return found.map((user) => this.inspect(user));
  }

  setState(user: string, state: ClientState, hand: Hand, forMs?: number): ClientView {
    const { clients, cases, config, clock } = this.#options;
    const now = clock.now();
    const row = clients.touch(user, now);
    const number = stateNumber(state);
    const detail = `${hand.by}: ${hand.reason}`;
    cases.note(user, { at: now, violation: 'operator', detail }, config().capacity.cases);
    clients.set(row, number, now + (forMs ?? (STEP_MS[number] as number)), 'operator', now);
    return this.inspect(user);
  }

  lift(user: string, hand: Hand): boolean {
    const row = this.#options.clients.table.row(user);
    if (row === undefined || this.inspect(user).state === 'normal') return false;
    this.setState(user, 'normal', hand);
    return true;
  }

  cases(filter: CaseFilter): readonly CaseRecord[] {
    return this.#options.cases
      .list()
      .filter(
        ({ status, asks }) =>
          (filter.status === undefined || status === filter.status) &&
          (filter.asks === undefined || asks === filter.asks),
      );
  }

  appeal(id: string, text: string): Result<CaseRecord, CaseRefusal> {
    const { cases, clock, emit } = this.#options;
    const known = cases.get(id);
    if (known === undefined) return noSuchCase(id);
    const record = cases.appeal(id, text, clock.now());
    if (record === undefined) return settled(`${id} has been contested before: it is ${known.status}`);
    emit({ kind: 'case', record });
    return Result.ok(record);
  }

  rule(id: string, status: 'upheld' | 'overturned', { by, reason }: Hand): Result<CaseRecord, CaseRefusal> {
    const { clients, cases, clock, emit } = this.#options;
    const known = cases.get(id);
    if (known === undefined) return noSuchCase(id);
    if (known.status === 'upheld' || known.status === 'overturned')
      return settled(`${id} has been ruled on before: it is ${known.status}`);
    const now = clock.now();
    const record: CaseRecord = { ...known, status, asks: false, ruling: { by, at: now, reason } };
    cases.put(record);
    const row = clients.touch(known.user, now);
    if (status === 'overturned') clients.overturn(record, row, now);
    else if (known.asks)
      clients.set(row, SHADOW_BANNED, Math.max(known.until ?? Infinity, now), 'approved', now);
    emit({ kind: 'case', record });
    return Result.ok(record);
  }
}

/** The standing of somebody who has never been seen. */
function unknownClient(user: string, cases: readonly CaseRecord[]): ClientView {
  const standing = { state: 'normal', until: 0, trust: TRUST_INITIAL, score: 0, seenAt: 0 } as const;
  return { user, known: false, ...standing, cases };
}

function noSuchCase(id: string): Result<never, CaseRefusal> {
  return Result.err({ kind: 'no_such_case', message: `there is no case ${id.slice(0, 64)}` });
}

function settled(message: string): Result<never, CaseRefusal> {
  return Result.err({ kind: 'settled', message });
}
