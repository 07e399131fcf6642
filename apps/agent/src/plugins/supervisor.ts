import type { Finding } from '@aegis/fleet';
import type { Clock, Logger } from '@aegis/model';
import type { LimitGroups } from '../limits/limit-group.ts';
import { hostShare } from '../state/agent-identity.ts';
import type { StateFolder } from '../state/state-folder.ts';
import type { BreakerRules } from './breaker.ts';
import { PluginMemory } from './plugin-memory.ts';
import type { PluginPlan } from './plugin-plan.ts';
import { type PluginReport, PluginRunner, type PluginTimes } from './plugin-runner.ts';

export interface SupervisorOptions {
  readonly agentId: string;
  readonly state: StateFolder;
  readonly groups: LimitGroups;
  readonly rules: BreakerRules;
  readonly times: PluginTimes;
  readonly onFinding: (plugin: string, finding: Finding) => void;
  readonly onChange: () => void;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** All plugins. While it is held, for a halt or because they are too much together, none runs. */
export class Supervisor {
  readonly #options: SupervisorOptions;
  readonly #runners: Map<string, PluginRunner> = new Map();
  /** Why nothing runs. */
  readonly #holds: Set<string> = new Set();
  /** What is being done with the plugins: one thing after the other. */
  #work: Promise<void> = Promise.resolve();

  constructor(options: SupervisorOptions) {
    this.#options = options;
  }

  get reports(): readonly PluginReport[] {
    return [...this.#runners.values()].map(({ report }) => report);
  }

  /** What is to run from now on. Resolves once it is so, or as far as a hold lets it be. */
  plan(plans: readonly PluginPlan[]): Promise<void> {
    return this.#then(async () => {
      const wanted = new Map(plans.map((each) => [each.name, each]));
      const leaving = [...this.#runners].filter(([name]) => !wanted.has(name));
      await Promise.all(
        leaving.map(async ([name, runner]) => {
          await runner.stop();
          this.#runners.delete(name);
        }),
      );
      await Promise.all(plans.map((plan) => this.#runnerFor(plan).change(plan)));
      this.#startAll();
      this.#options.onChange();
    });
  }

  /** Ends everything at once, whatever else is being done. Resolves once nothing runs. */
  hold(why: string): Promise<void> {
    this.#holds.add(why);
    const stopping = Promise.all([...this.#runners.values()].map((runner) => runner.stop()));
    return this.#then(async () => {
      await stopping;
      // One that was begun while it was said.
      await Promise.all([...this.#runners.values()].map((runner) => runner.stop()));
      this.#options.onChange();
    });
  }

  release(why: string): Promise<void> {
    return this.#then(async () => {
      this.#holds.delete(why);
      this.#startAll();
      this.#options.onChange();
    });
  }

  #startAll(): void {
    if (this.#holds.size > 0) return;
    for (const runner of this.#runners.values()) runner.start();
  }

  #runnerFor(plan: PluginPlan): PluginRunner {
    const known = this.#runners.get(plan.name);
    if (known !== undefined) return known;
    const { agentId, state, onFinding, ...rest } = this.#options;
    const runner = new PluginRunner({
      ...rest,
      plan,
      memory: new PluginMemory(state, plan.name),
      share: hostShare(agentId, plan.name),
      onFinding: (finding) => onFinding(plan.name, finding),
    });
    this.#runners.set(plan.name, runner);
    return runner;
  }

  #then(work: () => Promise<void>): Promise<void> {
    const done = this.#work.then(work);
    this.#work = done.catch((error: unknown) => {
      this.#options.logger.error({ error: String(error) }, 'plugins could not be arranged');
    });
    return done;
  }
}
