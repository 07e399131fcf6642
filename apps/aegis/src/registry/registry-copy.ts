import type { Logger } from '@aegis/model';
import type { Registry, RegistryChange, RegistryEntry } from '@aegis/ports';

/** What a prefix of a registry elsewhere held when it was last heard of, kept on this node. */
export interface RegistryCopy {
  /** Undefined where nothing was ever copied. Throws AegisError `registry_unavailable`. */
  load(): Promise<readonly RegistryEntry[] | undefined>;
  /** A copy that cannot be written is told, and stops nobody. */
  replace(entries: readonly RegistryEntry[]): Promise<void>;
  take(change: RegistryChange): Promise<void>;
}

export interface RegistryCopyOptions {
  /** Of this node alone. */
  readonly own: Registry;
  readonly prefix: string;
  readonly logger: Logger;
}

/** There once a copy was made, so that an empty one is told from none. */
const MADE = 'copied/';
const COPY = 'copy/';

/** Versions and revisions are the copy's own: only key and value are those of the registry elsewhere. */
export function registryCopy({ own, prefix, logger }: RegistryCopyOptions): RegistryCopy {
  const told = async (work: () => Promise<void>): Promise<void> => {
    try {
      await work();
    } catch (error) {
      logger.warn({ error: String(error), prefix }, 'what the registry holds cannot be copied to this node');
    }
  };
  return {
    async load() {
      if ((await own.get(MADE + prefix)) === undefined) return undefined;
      const kept = await own.list(COPY + prefix);
      return kept.map((entry) => ({ ...entry, key: entry.key.slice(COPY.length) }));
    },

    replace: (entries) =>
      told(async () => {
        const kept = new Map((await own.list(COPY + prefix)).map(({ key, value }) => [key, value]));
        for (const { key, value } of entries) {
          if (kept.get(COPY + key) !== value) await own.put(COPY + key, value);
          kept.delete(COPY + key);
        }
        for (const gone of kept.keys()) await own.delete(gone);
        await own.put(MADE + prefix, '');
      }),

    take: (change) =>
      told(async () => {
        if (change.kind === 'put') await own.put(COPY + change.entry.key, change.entry.value);
        else await own.delete(COPY + change.key);
      }),
  };
}
