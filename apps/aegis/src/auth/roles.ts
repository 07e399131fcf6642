import { z } from 'zod';

/** Who a key may be. */
export const ROLES = ['viewer', 'operator', 'admin', 'sensor', 'enforcer'] as const;
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
  /** Attack patterns and attackers. */
  | 'memory:read'
  /** The node, its parts and its backlog. */
  | 'node:read'
  | 'metrics:read'
  /** Who did what. */
  | 'audit:read'
  /** Let the guard check calls, and report to it. */
  | 'guard:use'
  /** Clients, cases and counts of the guard. */
  | 'guard:read'
  /** Set and lift states, rule on cases. */
  | 'guard:write'
  /** Create, list and revoke API keys. */
  | 'keys:manage';

/**
 * Who may do what: the whole of authorisation. A sensor that is taken over can only push sessions, an enforcer
 * can only ask what to refuse; neither reads what was learned of anyone.
 */
const GRANTS: Readonly<Record<Permission, readonly Role[]>> = Object.freeze({
  check: ['viewer', 'operator', 'admin', 'enforcer'],
  'decisions:read': ['viewer', 'operator', 'admin', 'enforcer'],
  'decisions:write': ['operator', 'admin'],
  'policy:read': ['viewer', 'operator', 'admin'],
  'policy:write': ['admin'],
  'feeds:read': ['viewer', 'operator', 'admin'],
  'feeds:write': ['operator', 'admin'],
  'sessions:read': ['viewer', 'operator', 'admin'],
  'sessions:write': ['operator', 'admin', 'sensor'],
  'memory:read': ['viewer', 'operator', 'admin'],
  'node:read': ['viewer', 'operator', 'admin'],
  'metrics:read': ['viewer', 'operator', 'admin'],
  'audit:read': ['admin'],
  'guard:use': ['operator', 'admin', 'enforcer'],
  'guard:read': ['viewer', 'operator', 'admin'],
  'guard:write': ['operator', 'admin'],
  'keys:manage': ['admin'],
});

export function rolesWith(permission: Permission): readonly Role[] {
  return GRANTS[permission];
}

export function mayRole(role: Role, permission: Permission): boolean {
  return rolesWith(permission).includes(role);
}
