import { checkPolicy } from '@aegis/decide';
import type { ClockSkew, PolicyUpdate } from '@aegis/mesh';
import type { Logger } from '@aegis/model';
import type { Registry } from '@aegis/ports';
import { z } from 'zod';
import type { Policies } from '../policy/policies.ts';

export interface ReceivedPolicyOptions {
  readonly policies: Policies;
  readonly registry: Registry;
  readonly skew: ClockSkew;
  readonly logger: Logger;
}

type SharedPolicy = Extract<PolicyUpdate, { readonly kind: 'policy' }>;

/** When the version in force here was applied by whoever applied it first. */
const ORIGIN_KEY = 'mesh/policy';
const Origin = z.object({ version: z.int(), at: z.number(), author: z.string() });

/**
 * Applies a policy that was applied on another node, unless the one in force is younger: so all nodes end at the
 * latest one, in whatever order they hear of them; of one moment, at that of the author whose name sorts last. What
 * this node protects it protects under any policy.
 */
export async function applyReceivedPolicy(
  { at, author, reason, body }: SharedPolicy,
  node: string,
  { policies, registry, skew, logger }: ReceivedPolicyOptions,
): Promise<void> {
  const current = policies.current();
  const known = Origin.safeParse(parsed((await registry.get(ORIGIN_KEY))?.value));
  const origin =
    known.success && known.data.version === current.version
      ? known.data
      : { at: current.at === undefined ? 0 : skew.toMesh(current.at), author: current.author ?? '' };
  if (origin.at > at || (origin.at === at && origin.author >= author)) return;
  const { policy } = checkPolicy(parsed(body));
  if (policy === undefined) {
    logger.warn({ node, author }, 'a policy of another node cannot be read here, and is not applied');
    return;
  }
  const wish = { policy, reason, base: current.version, force: false };
  const applied = await policies.apply(wish, {
    name: `mesh:${node}/${author}`.slice(0, 128),
    from: node,
    clients: [],
  });
  if (!applied.ok) {
    logger.warn({ node, author, why: applied.error.message }, 'a policy of another node is not applied here');
    return;
  }
  await registry.put(ORIGIN_KEY, JSON.stringify({ version: applied.value.version, at, author }));
}

function parsed(text: string | undefined): unknown {
  try {
    return text === undefined ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}
