import {
  type ConfigBody,
  type ConfigVersion,
  checkBody,
  digestOf,
  type FleetTarget,
  readConfigVersion,
} from '@aegis/fleet';
import { type Clock, type Logger, Result } from '@aegis/model';
import type { Registry, RegistryEntry } from '@aegis/ports';

export interface ConfigBookOptions {
  readonly registry: Registry;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** What somebody wants a target to have. */
export interface ConfigWish {
  readonly target: FleetTarget;
  readonly body: unknown;
  /** Percent of the target's agents; the others keep the version before. Default 100. */
  readonly share?: number;
  readonly reason: string;
  /** The version that the change was made from; default: whichever is the newest. */
  readonly base?: number;
}

export interface ConfigRefusal {
  readonly kind: 'bad_config' | 'conflict' | 'no_version';
  readonly message: string;
}

const PREFIX = 'fleet/config/';
const DIGITS = 10;
const VERSION_KEY = /\/\d{10}$/;

/**
 * The config of every target, in versions that are never changed: `fleet/config/all/0000000003`. A version is its own
 * claim: of two who write the third version at once, one is refused. What is needed to answer agents is in memory.
 */
export class ConfigBook {
  readonly #registry: Registry;
  readonly #clock: Clock;
  readonly #logger: Logger;
  /** By target, newest first, down to the first whose share is all. */
  readonly #held: Map<FleetTarget, readonly ConfigVersion[]> = new Map();

  constructor({ registry, clock, logger }: ConfigBookOptions) {
    this.#registry = registry;
    this.#clock = clock;
    this.#logger = logger;
  }

  static readonly prefix: string = PREFIX;

  learn(entry: RegistryEntry): void {
    const version = readConfigVersion(entry.value);
    if (version === undefined || keyOf(version.target, version.version) !== entry.key) {
      this.#logger.warn(
        { key: entry.key },
        'a config of the fleet in the registry cannot be read; it is left out',
      );
      return;
    }
    const known = this.#held.get(version.target) ?? [];
    if (known.some((each) => each.version === version.version)) return;
    const all = [...known, version].sort((a, b) => b.version - a.version);
    const whole = all.findIndex(({ share }) => share >= 100);
    this.#held.set(version.target, whole < 0 ? all : all.slice(0, whole + 1));
  }

  versionsOf(target: FleetTarget): readonly ConfigVersion[] {
    return this.#held.get(target) ?? [];
  }

  targets(): readonly FleetTarget[] {
    return [...this.#held.keys()].sort();
  }

  /** Throws AegisError `registry_unavailable`. */
  async put(wish: ConfigWish, author: string): Promise<Result<ConfigVersion, ConfigRefusal>> {
    const { target, share = 100, reason, base } = wish;
    const checked = checkBody(wish.body);
    if (!checked.ok) return Result.err({ kind: 'bad_config', message: checked.error });
    const newest = (await this.#entries(target)).at(-1);
    const standing = newest === undefined ? 0 : Number(newest.key.slice(-DIGITS));
    if (base !== undefined && base !== standing) return Result.err(conflict(target, standing));
    const version: ConfigVersion = {
      target,
      version: standing + 1,
      body: checked.value,
      share,
      at: this.#clock.now(),
      author,
      reason,
      parent: newest === undefined ? '' : digestOf(newest.value),
    };
    const entry = await this.#registry.compareAndSet(
      keyOf(target, version.version),
      0,
      JSON.stringify(version),
    );
    if (entry === undefined) return Result.err(conflict(target, version.version));
    this.learn(entry);
    return Result.ok(version);
  }

  /** What an earlier version said, as a new one. Throws AegisError `registry_unavailable`. */
  async restore(
    wish: Pick<ConfigWish, 'target' | 'reason'> & { readonly version: number },
    author: string,
  ): Promise<Result<ConfigVersion, ConfigRefusal>> {
    const { target, version, reason } = wish;
    const body: ConfigBody | undefined = (await this.history(target)).find(
      (each) => each.version === version,
    )?.body;
    if (body === undefined)
      return Result.err({ kind: 'no_version', message: `${target} has no version ${version}` });
    return this.put({ target, body, reason }, author);
  }

  /** Newest first. Throws AegisError `registry_unavailable`. */
  async history(target: FleetTarget): Promise<readonly ConfigVersion[]> {
    return (await this.#entries(target)).flatMap(({ value }) => readConfigVersion(value) ?? []).reverse();
  }

  async #entries(target: FleetTarget): Promise<readonly RegistryEntry[]> {
    return (await this.#registry.list(`${PREFIX}${target}/`)).filter(({ key }) => VERSION_KEY.test(key));
  }
}

function keyOf(target: FleetTarget, version: number): string {
  return `${PREFIX}${target}/${String(version).padStart(DIGITS, '0')}`;
}

function conflict(target: FleetTarget, standing: number): ConfigRefusal {
  const message = `the config of ${target} has changed meanwhile: it is at version ${standing}`;
  return { kind: 'conflict', message };
}
