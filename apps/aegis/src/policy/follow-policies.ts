import type { Clock, Logger } from '@aegis/model';
import type { Registry } from '@aegis/ports';
import type { Part } from '../node/lifecycle.ts';
import { RegistryFollower } from '../registry/registry-follower.ts';
import { PolicyRegistry } from './policy-registry.ts';
import type { PolicyService } from './policy-service.ts';

export interface FollowPoliciesOptions {
  readonly policies: PolicyService;
  readonly registry: Registry;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Between two attempts to watch again, ms. */
  readonly retryMs?: number;
}

/** Keeps the policy of this node at the one that is shared; where the registry is away the last one stays in force. */
export function followPolicies(options: FollowPoliciesOptions): Part & { readonly trouble: string } {
  const { policies } = options;
  // A change only says that there is something: versions are read by their numbers, so that none is passed over.
  const follower = new RegistryFollower({
    ...options,
    name: 'policies',
    prefix: PolicyRegistry.prefix,
    load: () => policies.meetAgain(),
    take: () => policies.catchUp(),
    // They are in the ledger.
    recall: async () => true,
  });
  return {
    name: follower.name,
    get trouble() {
      return follower.trouble || policies.trouble;
    },
    start: () => follower.start(),
    stop: () => follower.stop(),
  };
}
