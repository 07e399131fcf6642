import type { OfferedConfig, RemoteConfigStatus } from '@aegis/fleet';
import { z } from 'zod';
import type { PluginPlan } from '../plugins/plugin-plan.ts';
import type { PluginReport } from '../plugins/plugin-runner.ts';
import type { StateFolder } from '../state/state-folder.ts';
import type { AgentConfig } from './load-config.ts';
import { plansFor, type RemoteConfig, readRemoteConfig } from './remote-config.ts';

export interface ConfigKeeperOptions {
  readonly state: StateFolder;
  readonly local: AgentConfig;
  readonly commandOf: (name: string) => readonly string[] | undefined;
}

const FILE = 'remote-config.json';
const Kept: z.ZodType<{ readonly hash: string; readonly body: string }> = z.strictObject({
  hash: z.string(),
  body: z.string(),
});

/** What the server wants this agent to have, what of it holds, and what became of it. The last good one outlives restarts. */
export class ConfigKeeper {
  readonly #options: ConfigKeeperOptions;
  #hash: Uint8Array = Buffer.alloc(0);
  #error = '';
  #remote: RemoteConfig = {};
  #plans: readonly PluginPlan[] = [];

  /** Throws what is wrong with the plugins of the host's own config. */
  constructor(options: ConfigKeeperOptions) {
    this.#options = options;
    const own = plansFor(options.local, {}, options.commandOf);
    if (own.ok) this.#plans = own.value;
    else throw new Error(own.error);
    const kept = Kept.safeParse(options.state.readJson(FILE));
    if (kept.success) this.#take(Buffer.from(kept.data.hash, 'hex'), Buffer.from(kept.data.body));
  }

  get plans(): readonly PluginPlan[] {
    return this.#plans;
  }

  get logLevel(): RemoteConfig['log_level'] {
    return this.#remote.log_level;
  }

  /** Whether anything is different now. What is no good changes nothing but what is told of it. */
  offer({ hash, body }: OfferedConfig): boolean {
    const isGood = this.#take(hash, body);
    if (isGood) {
      const text = Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString();
      this.#options.state.write(
        FILE,
        JSON.stringify({ hash: Buffer.from(hash).toString('hex'), body: text }),
      );
    }
    return isGood;
  }

  /** Applied once every plugin has proven itself under it; also while none runs, where `isHeld`. */
  statusWith(reports: readonly PluginReport[], isHeld: boolean): RemoteConfigStatus {
    const hash = this.#hash;
    if (hash.length === 0) return { hash, status: 'unset', error: '' };
    const failures = reports.flatMap(({ name, rolledBack, isProven, breaker, lastError }) => {
      const why = rolledBack || (!isProven && breaker === 'open' ? lastError : '');
      return why === '' ? [] : [`plugins.${name}: ${why}`];
    });
    const error = this.#error || failures.join('; ');
    if (error !== '') return { hash, status: 'failed', error };
    const isApplied = isHeld || reports.every(({ isProven }) => isProven);
    return { hash, status: isApplied ? 'applied' : 'applying', error: '' };
  }

  /** What holds, as JSON: settings are what their plugins have been given. */
  effective(reports: readonly PluginReport[]): string {
    const running = new Set(reports.map(({ name }) => name));
    return JSON.stringify({
      log_level: this.logLevel ?? this.#options.local.settings.logLevel,
      plugins: Object.fromEntries(
        this.#plans
          .filter(({ name }) => running.has(name))
          .map(({ name, settings, limits }) => [name, { enabled: true, settings, limits }]),
      ),
    });
  }

  #take(hash: Uint8Array, body: Uint8Array): boolean {
    const { local, commandOf } = this.#options;
    // Views of a message that is gone tomorrow.
    this.#hash = Buffer.from(hash);
    const remote = readRemoteConfig(body);
    const plans = remote.ok ? plansFor(local, remote.value, commandOf) : remote;
    this.#error = plans.ok ? '' : plans.error;
    if (!remote.ok || !plans.ok) return false;
    this.#remote = remote.value;
    this.#plans = plans.value;
    return true;
  }
}
