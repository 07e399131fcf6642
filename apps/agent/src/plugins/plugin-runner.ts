import { setTimeout as sleep } from 'node:timers/promises';
import type { Finding, PluginSaid } from '@aegis/fleet';
import type { Clock, Logger } from '@aegis/model';
import type { LimitGroup, LimitGroups } from '../limits/limit-group.ts';
import { halved, type Limits } from '../limits/limits.ts';
import { Breaker, type BreakerPhase, type BreakerRules } from './breaker.ts';
import type { PluginMemory } from './plugin-memory.ts';
import { isSamePlan, type PluginPlan } from './plugin-plan.ts';
import { PluginProcess } from './plugin-process.ts';
import { type Usage, UsageWatch } from './usage-watch.ts';

export interface PluginTimes {
  /** From the start to `ready`, at most. */
  readonly readyMs: number;
  /** Without a failure, after which a plugin and its settings are good. */
  readonly provenMs: number;
  /** From a stop to the end, at most. */
  readonly killAfterMs: number;
  readonly lookMs: number;
}

export const PLUGIN_TIMES: PluginTimes = Object.freeze({
  readyMs: 15_000,
  provenMs: 30_000,
  killAfterMs: 10_000,
  lookMs: 1_000,
});

export interface PluginRunnerOptions {
  readonly plan: PluginPlan;
  readonly groups: LimitGroups;
  readonly memory: PluginMemory;
  readonly rules: BreakerRules;
  readonly times: PluginTimes;
  /** From 0 to 1, the same on the same host. */
  readonly share: number;
  readonly onFinding: (finding: Finding) => void;
  /** Something that {@link PluginReport} tells is different. */
  readonly onChange: () => void;
  readonly clock: Clock;
  readonly logger: Logger;
}

export type PluginState = 'starting' | 'running' | 'waiting' | 'stopped';

export interface PluginReport {
  readonly name: string;
  readonly state: PluginState;
  readonly breaker: BreakerPhase;
  readonly healthy: boolean;
  readonly text: string;
  readonly lastError: string;
  /** Since the agent was started. */
  readonly starts: number;
  readonly isThrottled: boolean;
  /** Whether it has run long enough under the settings that it has. */
  readonly isProven: boolean;
  /** Why the settings that it was to have are not in force; empty where they are. */
  readonly rolledBack: string;
  /** Lines that were none. */
  readonly faults: number;
  readonly usage?: Usage;
}

/** Percent of one core until a plugin is ready, which has its bound: starting is work that is done once. */
const STARTING_CPU = 50;
/** Tries of new settings before those that worked are taken again. */
const TRIES_OF_SETTINGS = 2;

/**
 * The life of one plugin: it is started, watched, ended, and started again as its breaker says. Settings under which
 * it does not prove itself are given up for the last ones under which it did.
 */
export class PluginRunner {
  readonly #options: PluginRunnerOptions;
  readonly #breaker: Breaker;
  #plan: PluginPlan;
  #stop: AbortController | undefined;
  #running: Promise<void> = Promise.resolve();
  #process: PluginProcess | undefined;
  #watch: UsageWatch | undefined;
  #state: PluginState = 'stopped';
  #isProven = false;
  #said: { readonly healthy: boolean; readonly text: string } = { healthy: true, text: '' };
  #refusal = '';
  #lastError = '';
  #rolledBack = '';
  #starts = 0;
  #faults = 0;
  /** Under the settings that are tried. */
  #failedTries = 0;
  #proving: NodeJS.Timeout | undefined;

  constructor(options: PluginRunnerOptions) {
    this.#options = options;
    this.#plan = options.plan;
    this.#breaker = new Breaker(options.rules, options.share, options.memory.remembered);
  }

  get report(): PluginReport {
    const usage = this.#watch?.last;
    return {
      name: this.#plan.name,
      state: this.#state,
      breaker: this.#breaker.phase,
      healthy:
        this.#state === 'stopped' ||
        (this.#breaker.phase === 'closed' && this.#state === 'running' && this.#said.healthy),
      text: this.#said.text,
      lastError: this.#lastError,
      starts: this.#starts,
      isThrottled: this.#watch?.isThrottled ?? false,
      isProven: this.#isProven,
      rolledBack: this.#rolledBack,
      faults: this.#faults,
      ...(usage !== undefined && { usage }),
    };
  }

  /** No effect where it runs. */
  start(): void {
    if (this.#stop !== undefined) return;
    this.#stop = new AbortController();
    this.#running = this.#run(this.#stop.signal);
  }

  /** Resolves once nothing of it runs any more. */
  async stop(): Promise<void> {
    this.#stop?.abort();
    await this.#running;
    this.#stop = undefined;
    this.#enter('stopped');
  }

  /** What it is to be from the next start on; it is stopped where that is something else. */
  async change(plan: PluginPlan): Promise<void> {
    if (isSamePlan(plan, this.#plan)) return;
    await this.stop();
    this.#plan = plan;
    this.#rolledBack = '';
    this.#failedTries = 0;
  }

  async #run(signal: AbortSignal): Promise<void> {
    const { memory, logger } = this.#options;
    while (!signal.aborted) {
      await this.#wait(signal);
      if (signal.aborted) return;
      const settings = this.#settingsToTry();
      const isTrial = this.#breaker.begin();
      // Before it is started: should it take the agent down with it, that counts.
      memory.keep(this.#breaker.memory);
      const limits = isTrial ? halved(this.#plan.limits) : this.#plan.limits;
      const ending = await this.#once(JSON.parse(settings) as PluginPlan['settings'], limits, signal);
      if (ending === '') {
        this.#breaker.excused();
        memory.keep(this.#breaker.memory);
        continue;
      }
      this.#lastError = ending;
      logger.warn({ plugin: this.#plan.name, why: ending }, 'a plugin has failed');
      this.#judge(settings, ending);
      memory.keep(this.#breaker.memory);
    }
  }

  async #wait(signal: AbortSignal): Promise<void> {
    const ms = this.#breaker.waitMs;
    this.#enter(ms === 0 ? 'starting' : 'waiting');
    if (ms > 0) await sleep(ms, undefined, { signal }).catch(() => undefined);
  }

  /** As JSON. */
  #settingsToTry(): string {
    const wanted = JSON.stringify(this.#plan.settings);
    const { lastGood, poisoned } = this.#options.memory.remembered;
    if (wanted !== poisoned || lastGood === undefined || lastGood === wanted) return wanted;
    this.#rolledBack ||= 'the plugin failed under these settings before';
    return lastGood;
  }

  #judge(settings: string, ending: string): void {
    const { memory, logger } = this.#options;
    const { lastGood } = memory.remembered;
    this.#failedTries++;
    const isHarm = /^(memory|cpu|processes):/.test(ending);
    const isNew = !this.#isProven && lastGood !== undefined && lastGood !== settings;
    const isEnough = isHarm || this.#refusal !== '' || this.#failedTries >= TRIES_OF_SETTINGS;
    if (isNew && isEnough) {
      this.#rolledBack = ending;
      this.#failedTries = 0;
      memory.keep({ poisoned: settings });
      this.#breaker.proven();
      logger.error(
        { plugin: this.#plan.name, why: ending },
        'settings are given up for the last ones that worked',
      );
      return;
    }
    this.#breaker.failed(isHarm);
  }

  /** One run of its process; how it ended. */
  async #once(settings: PluginPlan['settings'], limits: Limits, signal: AbortSignal): Promise<string> {
    const { groups, memory, times } = this.#options;
    const { name, command } = this.#plan;
    this.#isProven = false;
    this.#refusal = '';
    this.#said = { healthy: true, text: '' };
    this.#starts++;
    this.#enter('starting');
    let group: LimitGroup;
    try {
      group = groups.open(name, { ...limits, cpu: Math.max(limits.cpu, STARTING_CPU) });
    } catch (error) {
      return `its limits cannot be set: ${String(error)}`;
    }
    const running = new PluginProcess({
      ...{ name, command, settings, limits, group, killAfterMs: times.killAfterMs },
      state: memory.remembered.state ?? null,
      onSaid: (said) => {
        if (said.type === 'ready') group.limitCpu(limits.cpu);
        this.#hear(said, JSON.stringify(settings));
      },
      onFault: (fault) => this.#fault(fault),
    });
    this.#process = running;
    this.#watch = new UsageWatch(limits);
    const end = (): void => void running.stop();
    signal.addEventListener('abort', end, { once: true });
    const late = setTimeout(() => running.kill('it did not say that it is ready'), times.readyMs);
    const look = setInterval(() => {
      if (this.#state === 'running') clearTimeout(late);
      this.#look(running, group);
    }, times.lookMs);
    const ending = await running.ended;
    clearInterval(look);
    clearTimeout(late);
    clearTimeout(this.#proving);
    signal.removeEventListener('abort', end);
    this.#process = undefined;
    this.#watch = undefined;
    group.remove();
    return this.#refusal === '' || signal.aborted ? ending : `its settings are refused: ${this.#refusal}`;
  }

  #hear(said: PluginSaid, settings: string): void {
    const { onFinding, memory, logger, times } = this.#options;
    const { name } = this.#plan;
    if (said.type === 'refused') {
      this.#refusal = said.error;
      this.#process?.kill('its settings are refused');
    } else if (said.type === 'ready') {
      if (this.#state === 'running') return;
      this.#enter('running');
      this.#proving = setTimeout(() => this.#prove(settings), times.provenMs);
    } else if (said.type === 'log') logger[said.level]({ plugin: name }, said.message);
    else if (this.#state !== 'running') this.#fault(`it says ${said.type} before it is ready`);
    else if (said.type === 'finding') onFinding(said.finding);
    else if (said.type === 'state') {
      if (!memory.keepState(said.state)) this.#fault('its state cannot be kept');
    } else {
      this.#said = { healthy: said.healthy, text: said.text };
      this.#options.onChange();
    }
  }

  #prove(settings: string): void {
    const { memory } = this.#options;
    this.#isProven = true;
    this.#failedTries = 0;
    this.#breaker.proven();
    const { poisoned } = memory.remembered;
    memory.keep({
      ...this.#breaker.memory,
      lastGood: settings,
      ...(poisoned === settings && { poisoned: undefined }),
    });
    this.#options.onChange();
  }

  #look(running: PluginProcess, group: LimitGroup): void {
    const why =
      this.#watch?.look(
        group.usage(running.pid),
        this.#options.clock.monotonic(),
        this.#state === 'running',
      ) ?? '';
    if (why !== '') running.kill(why);
  }

  #fault(fault: string): void {
    this.#faults++;
    // The first few tell what is wrong; one that says nothing else must not fill the log.
    if (this.#faults <= 10)
      this.#options.logger.warn({ plugin: this.#plan.name, fault }, 'a plugin says nonsense');
  }

  #enter(state: PluginState): void {
    if (state === this.#state) return;
    this.#state = state;
    this.#options.onChange();
  }
}
