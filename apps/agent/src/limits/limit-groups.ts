import type { Logger } from '@aegis/model';
import { cgroupsOf } from './cgroup.ts';
import type { Limits } from './limits.ts';
import { treeOf, treeUsage } from './process-tree.ts';

/** How the limits of plugins are held: by the kernel, or by looking and killing. What one sees of it is the same. */
export type LimitKind = 'v2' | 'v1' | 'none';

export interface GroupUsage {
  readonly memory: number;
  /** Since the group was made, ms. */
  readonly cpuMs: number;
  readonly processes: number;
}

/** Where one plugin runs. */
export interface LimitGroup {
  /** Files into which a process writes its own id before it becomes the plugin. */
  readonly join: readonly string[];
  usage(pid: number): GroupUsage;
  /** Why the kernel intervened since the last call, in words; empty where it did not. */
  intervened(): string;
  /** Every process in it, whatever their parents are by now. */
  killAll(pid: number): void;
  /** Once nothing runs in it any more; it may be used again after another `open`. */
  remove(): void;
}

export interface LimitGroups {
  readonly kind: LimitKind;
  open(name: string, limits: Limits): LimitGroup;
  close(): void;
}

/**
 * Groups of the best kind there is, or of the one asked for. `name` tells agents on one machine apart. A machine that
 * has control groups and lets us make none is one without them.
 */
export function openLimitGroups(asked: LimitKind | 'auto', name: string, logger: Logger): LimitGroups {
  const kinds: readonly LimitKind[] = asked === 'auto' ? ['v2', 'v1'] : [asked];
  for (const kind of kinds) {
    const groups = kind === 'none' ? undefined : cgroupsOf(kind, name);
    if (groups !== undefined) return groups;
  }
  logger.warn(
    {},
    'there are no control groups to use: limits of plugins are held by looking at them every second',
  );
  return NO_GROUPS;
}

const NO_GROUPS: LimitGroups = Object.freeze({
  kind: 'none',
  open: (): LimitGroup => ({
    join: [],
    usage: treeUsage,
    intervened: () => '',
    killAll(pid) {
      // Stopped first, parents before children: otherwise those that start others would outrun this.
      const pids = treeOf(pid);
      for (const each of pids) signal(each, 'SIGSTOP');
      for (const each of [...pids, ...treeOf(pid)]) signal(each, 'SIGKILL');
      signal(-pid, 'SIGKILL');
    },
    remove() {},
  }),
  close() {},
});

export function signal(pid: number, name: 'SIGKILL' | 'SIGSTOP'): void {
  try {
    process.kill(pid, name);
  } catch {
    // It has ended.
  }
}
