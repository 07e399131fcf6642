import { type Check, type NodeContext, ok, warn } from '../check.ts';

export const logLevel: Check<NodeContext> = {
  name: 'log-level',
  run({ config: { log } }) {
    if (log.level === 'debug') {
      return warn(
        'debug writes several lines a session, with what attackers wrote',
        'set log.level to info when done',
      );
    }
    if (log.level === 'silent') return warn('nothing is logged, errors neither', 'set log.level to info');
    return ok(log.level);
  },
};
