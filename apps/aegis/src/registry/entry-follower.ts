import type { RegistryEntry } from '@aegis/ports';
import type { RegistryCopy } from './registry-copy.ts';
import { RegistryFollower, type RegistryFollowerOptions } from './registry-follower.ts';

export interface EntryFollowerOptions extends Omit<RegistryFollowerOptions, 'load' | 'take' | 'recall'> {
  /** Also for what was written here; the same entry may come twice. */
  readonly learn: (entry: RegistryEntry) => void;
  /** The key is gone. */
  readonly forget?: (key: string) => void;
  /** All there is is about to be learned: whatever is not learned now is gone. */
  readonly reset?: () => void;
  /** What was learned last, for a start without the registry; default: such a start fails. */
  readonly copy?: RegistryCopy;
}

/** Learns every entry of a prefix, and what becomes of them. */
export function entryFollower(options: EntryFollowerOptions): RegistryFollower {
  const { registry, prefix, learn, forget, reset, copy } = options;
  return new RegistryFollower({
    ...options,
    async load() {
      const entries = await registry.list(prefix);
      // In one go: nobody is to see a part of them.
      reset?.();
      entries.forEach(learn);
      await copy?.replace(entries);
    },
    async take(change) {
      if (change.kind === 'put') learn(change.entry);
      else forget?.(change.key);
      await copy?.take(change);
    },
    ...(copy === undefined ? {} : { recall: () => recall(copy, learn) }),
  });
}

async function recall(copy: RegistryCopy, learn: EntryFollowerOptions['learn']): Promise<boolean> {
  const known = await copy.load();
  known?.forEach(learn);
  return known !== undefined;
}
