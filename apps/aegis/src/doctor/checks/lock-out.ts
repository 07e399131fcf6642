import { type Check, type NodeContext, ok, warn } from '../check.ts';
import { isLoopback } from '../reach.ts';

export const lockOut: Check<NodeContext> = {
  name: 'lock-out',
  run({ config: { decisions, http, decoy } }) {
    const count = decisions.protected.length;
    if (count > 0) return ok(`${count} networks of your own are protected`);
    const isReached = !isLoopback(http.host) || (decoy.enabled && !isLoopback(decoy.host));
    if (!isReached) return ok('only this machine can reach the node');
    return warn(
      'no management network is protected: a wrong decision can lock you out',
      'name the networks that you administer from in decisions.protected',
    );
  },
};
