import { z } from 'zod';

/** Who a key may be. */
export const ROLES = [
  'viewer',
  'operator',
  'admin',
  'sensor',
  'enforcer',
  'agent',
  'system',
  'security',
  'auditor',
] as const;
export type Role = (typeof ROLES)[number];
export const Role: z.ZodType<Role> = z.enum(ROLES);

export type Permission =
  /** Ask for a verdict. */
  | 'check'
  /** List, export and follow decisions; `explain` of a check. */
  | 'decisions:read'
  /** Add, import and lift decisions. */
  | 'decisions:write'
  /** The policy in force and its versions; what a change would do. */
  | 'policy:read'
  /** Apply a policy or roll back to an earlier one. */
  | 'policy:write'
  /** List feeds and what they hold. */
  | 'feeds:read'
  /** Ask a feed now; preview a list, which takes a thread for a while. */
  | 'feeds:write'
  /** Sessions, alerts, statistics, exports. */
  | 'sessions:read'
  /** Push sessions for analysis. */
  | 'sessions:write'
  /** Speak as a host agent. */
  | 'fleet:agent'
  /** Agents, their config and its history. */
  | 'fleet:read'
  /** Change the config of agents. */
  | 'fleet:write'
  /** Halt all agents, and have them go on. */
  | 'fleet:halt'
  /** Push flows for the hunt. */
  | 'flows:write'
  /** Attack patterns, attackers and C&C servers, and what the hunt suspects. */
  | 'memory:read'
  /** The node, its parts and its backlog. */
  | 'node:read'
  | 'metrics:read'
  /** Channels of notifications, and how they stand. */
  | 'notifications:read'
  /** Send a test over one. */
  | 'notifications:use'
  /** Who did what. */
  | 'audit:read'
  /** Let the guard check calls, and report to it. */
  | 'guard:use'
  /** Clients, cases and counts of the guard. */
  | 'guard:read'
  /** Set and lift states, rule on cases. */
  | 'guard:write'
  /** Create, list and revoke API keys. */
  | 'keys:manage'
  /** The same for keys of the roles admin and auditor. */
  | 'keys:privileged';

/**
 * Who may do what: the whole of authorisation. A sensor that is taken over can only push sessions and flows, an enforcer
 * can only ask what to refuse; neither reads what was learned of anyone.
 *
 * The three administrators that GB/T 22239 keeps apart are `system` (keys, agents and the node), `security` (policies and
 * decisions) and `auditor` (reads the trail, changes nothing). `admin` is all of them: for set-up, and where one
 * person does everything. A system administrator can neither become an admin or an auditor nor take away who
 * watches.
 */
const GRANTS: Readonly<Record<Permission, readonly Role[]>> = Object.freeze({
  check: ['viewer', 'operator', 'admin', 'security', 'enforcer'],
  'decisions:read': ['viewer', 'operator', 'admin', 'security', 'enforcer'],
  'decisions:write': ['operator', 'admin', 'security'],
  'policy:read': ['viewer', 'operator', 'admin', 'security'],
  'policy:write': ['admin', 'security'],
  'feeds:read': ['viewer', 'operator', 'admin', 'security'],
  'feeds:write': ['operator', 'admin', 'security'],
  'sessions:read': ['viewer', 'operator', 'admin', 'security'],
  'sessions:write': ['operator', 'admin', 'security', 'sensor'],
  'fleet:agent': ['agent'],
  'fleet:read': ['viewer', 'operator', 'admin', 'system'],
  'fleet:write': ['admin', 'system'],
  'fleet:halt': ['operator', 'admin', 'system'],
  'flows:write': ['operator', 'admin', 'security', 'sensor'],
  'memory:read': ['viewer', 'operator', 'admin', 'security'],
  'node:read': ['viewer', 'operator', 'admin', 'security', 'system', 'auditor'],
  'metrics:read': ['viewer', 'operator', 'admin', 'security', 'system'],
  'notifications:read': ['viewer', 'operator', 'admin', 'security', 'system'],
  'notifications:use': ['operator', 'admin', 'security', 'system'],
  'audit:read': ['admin', 'auditor'],
  'guard:use': ['operator', 'admin', 'security', 'enforcer'],
  'guard:read': ['viewer', 'operator', 'admin', 'security'],
  'guard:write': ['operator', 'admin', 'security'],
  'keys:manage': ['admin', 'system'],
  'keys:privileged': ['admin'],
});

export function rolesWith(permission: Permission): readonly Role[] {
  return GRANTS[permission];
}

export function mayRole(role: Role, permission: Permission): boolean {
  return rolesWith(permission).includes(role);
}

/** In the order of their grants. */
export function permissionsOf(role: Role): readonly Permission[] {
  return (Object.keys(GRANTS) as Permission[]).filter((permission) => mayRole(role, permission));
}

/** Whether keys of this role are made and revoked by those alone who may `keys:privileged`. */
export function isPrivileged(role: Role): boolean {
  return role === 'admin' || role === 'auditor';
}
