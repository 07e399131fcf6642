import { type Check, type MachineContext, ok, warn } from '../check.ts';

export const privileges: Check<MachineContext> = {
  name: 'privileges',
  run({ uid }) {
    if (uid !== 0) return ok('runs as an ordinary user');
    return warn(
      'runs as root, and the decoy talks to attackers',
      'give Aegis a user of its own, and ports above 1023 or CAP_NET_BIND_SERVICE',
    );
  },
};
