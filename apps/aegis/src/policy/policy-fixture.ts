import { type Policy, policyDocument } from '@aegis/decide';
import type { Address, Prefix } from '@aegis/model';
import { seededRandom, silentLogger } from '@aegis/model';
import { type DecisionFixture, openDecisions } from '../decisions/decision-fixture.ts';
import { testConfig } from '../node/node-fixture.ts';
import { configPolicy } from './node-policy.ts';
import type { PolicyCaller } from './policies.ts';
import type { PolicyRegistry } from './policy-registry.ts';
import { PolicyService } from './policy-service.ts';

/** A policy service with decisions on a real ledger in a temporary folder, for tests. */
export interface PolicyFixture {
  readonly policies: PolicyService;
  readonly decisions: DecisionFixture;
  /** The addresses of this machine; may be changed. */
  readonly own: Prefix[];
  /** As another process would find it. */
  restart(): Promise<PolicyFixture>;
}

export const CONFIG: Pick<ReturnType<typeof testConfig>, 'decisions'> = {
  decisions: {
    ...testConfig('/nowhere').decisions,
    protected: ['10.0.0.0/24'] as readonly string[] as readonly Prefix[],
    exempt: ['203.0.113.7/32'] as readonly string[] as readonly Prefix[],
  },
};

export const ADMIN: PolicyCaller = {
  name: 'alice',
  from: '198.51.100.7',
  clients: ['198.51.100.7' as Address],
};

export interface PolicyFixtureOptions {
  readonly decisions?: DecisionFixture;
  /** Default: the node has its own policy. */
  readonly shared?: PolicyRegistry;
}

export async function openPolicies(options: PolicyFixtureOptions = {}): Promise<PolicyFixture> {
  const { decisions, shared } = options;
  const opened = decisions ?? (await openDecisions({ policy: configPolicy(CONFIG) }));
  const own: Prefix[] = [];
  const policies = new PolicyService({
    config: CONFIG,
    ledger: opened.ledger,
    engine: opened.engine,
    bus: opened.bus,
    clock: opened.clock,
    random: seededRandom(1),
    logger: silentLogger,
    metrics: opened.metrics,
    ownAddresses: () => own,
    ...(shared === undefined ? {} : { shared }),
  });
  await policies.restore();
  return {
    policies,
    decisions: opened,
    own,
    restart: async () => openPolicies({ ...options, decisions: await opened.restart() }),
  };
}

/** The policy of the config under a name, otherwise. */
export function changed(name: string, changes: Partial<Policy> = {}): Policy {
  return { ...configPolicy(CONFIG), name, ...changes };
}

/** What two policies must share to be the same. */
export function body(policy: Policy): string {
  return JSON.stringify(policyDocument(policy));
}
