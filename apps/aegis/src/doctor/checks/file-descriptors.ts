import { formatCount } from '../../cli/frame/format.ts';
import { type Check, type NodeContext, ok, warn } from '../check.ts';

/** Stores, logs, modules. */
const OWN_FILES = 128;

export const fileDescriptors: Check<NodeContext> = {
  name: 'file-descriptors',
  run({ config: { http, decoy }, readFile }) {
    const limits = readFile('/proc/self/limits', 65_536);
    const soft = limits.ok
      ? /^Max open files +(\d+)/m.exec(Buffer.from(limits.value).toString())?.[1]
      : undefined;
    if (soft === undefined) return ok('no limit is known');
    const needed = http.limits.connections + (decoy.enabled ? decoy.limits.maxConnections : 0) + OWN_FILES;
    const what = `${formatCount(Number(soft))} may be open, up to ${formatCount(needed)} are needed`;
    if (Number(soft) >= needed) return ok(what);
    return warn(what, `"ulimit -n ${needed}" (LimitNOFILE= with systemd), or lower http.limits.connections`);
  },
};
