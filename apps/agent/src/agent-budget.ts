import type { Clock } from '@aegis/model';
import type { PluginReport } from './plugins/plugin-runner.ts';

export interface AgentBudgetOptions {
  /** Bytes, and percent of one core: the agent and all its plugins. */
  readonly memory: number;
  readonly cpu: number;
  /** For this long nothing runs once it was passed, ms; doubled each time in a row. */
  readonly openMs: number;
  /** Without passing it again, ms, after which that is forgotten. */
  readonly provenMs: number;
  readonly clock: Clock;
}

export type BudgetPhase = 'closed' | 'open' | 'half_open';

/** Times running that CPU time may be over the budget. */
const MOST_BUSY = 10;
const MOST_DOUBLINGS = 6;

/** The breaker of the whole agent: its host comes first, whoever is to blame. */
export class AgentBudget {
  readonly #options: AgentBudgetOptions;
  #phase: BudgetPhase = 'closed';
  #since = 0;
  #opens = 0;
  #busy = 0;
  #before: { readonly cpuMs: number; readonly at: number } | undefined;
  #blame = '';

  constructor(options: AgentBudgetOptions) {
    this.#options = options;
  }

  get phase(): BudgetPhase {
    return this.#phase;
  }

  /** Why it is not closed, in words. */
  get blame(): string {
    return this.#phase === 'closed' ? '' : this.#blame;
  }

  /** Looks; what to do now. `own`: resident bytes and CPU time of the agent itself so far, ms. */
  look(
    own: { readonly memory: number; readonly cpuMs: number },
    reports: readonly PluginReport[],
  ): 'nothing' | 'stop' | 'start' {
    const { openMs, provenMs, clock } = this.#options;
    const now = clock.monotonic();
    const why = this.#excess(own, reports, now);
    if (this.#phase === 'open') {
      if (now - this.#since < openMs * 2 ** Math.min(MOST_DOUBLINGS, this.#opens - 1)) return 'nothing';
      return this.#enter('half_open', now, 'start');
    }
    if (why !== '') {
      this.#blame = why;
      this.#opens++;
      this.#busy = 0;
      return this.#enter('open', now, 'stop');
    }
    if (this.#phase === 'half_open' && now - this.#since >= provenMs) {
      this.#opens = 0;
      this.#phase = 'closed';
    }
    return 'nothing';
  }

  #enter<T>(phase: BudgetPhase, now: number, answer: T): T {
    this.#phase = phase;
    this.#since = now;
    return answer;
  }

  #excess(
    own: { readonly memory: number; readonly cpuMs: number },
    reports: readonly PluginReport[],
    now: number,
  ): string {
    const { memory: mostMemory, cpu: mostCpu } = this.#options;
    const memory = reports.reduce((sum, { usage }) => sum + (usage?.memory ?? 0), own.memory);
    const cpu = reports.reduce((sum, { usage }) => sum + (usage?.cpu ?? 0), this.#ownCpu(own.cpuMs, now));
    this.#busy = cpu > mostCpu ? this.#busy + 1 : 0;
    if (memory > mostMemory) return `memory: ${memory} bytes in all, over the budget of ${mostMemory}`;
    return this.#busy >= MOST_BUSY
      ? `cpu: ${Math.round(cpu)}% of a core in all, over the budget of ${mostCpu}% ${MOST_BUSY} times running`
      : '';
  }

  #ownCpu(cpuMs: number, at: number): number {
    const before = this.#before;
    this.#before = { cpuMs, at };
    return before === undefined || at <= before.at ? 0 : ((cpuMs - before.cpuMs) / (at - before.at)) * 100;
  }
}
