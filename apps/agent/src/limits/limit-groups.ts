import type { Logger } from '@aegis/model';
import { cgroupsOf } from './cgroup.ts';
import type { LimitGroup, LimitGroups, LimitKind } from './limit-group.ts';
import { treeOf, treeUsage } from './process-tree.ts';
import { signal } from './signal.ts';

/**
 * Groups of the best kind there is, or of the one asked for. `name` tells agents on one machine apart, and is the same after a restart. A machine that
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
    limitCpu() {},
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
