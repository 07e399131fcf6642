import { expect, test } from 'vitest';
import { mayRole, type Permission, type ROLES } from './roles.ts';

const EVERYTHING: readonly Permission[] = [
  'check',
  'decisions:read',
  'decisions:write',
  'policy:read',
  'policy:write',
  'sessions:read',
  'sessions:write',
  'fleet:read',
  'fleet:write',
  'fleet:halt',
  'flows:write',
  'memory:read',
  'node:read',
  'metrics:read',
  'audit:read',
  'guard:use',
  'guard:read',
  'guard:write',
  'keys:manage',
  'keys:privileged',
];

function permissionsOf(role: (typeof ROLES)[number]): readonly Permission[] {
  return EVERYTHING.filter((permission) => mayRole(role, permission));
}

test('an admin may everything', () => {
  expect(permissionsOf('admin')).toEqual(EVERYTHING);
});

test('a sensor only pushes sessions and flows', () => {
  expect(permissionsOf('sensor')).toEqual(['sessions:write', 'flows:write']);
});

test('an enforcer asks what to refuse and nothing else', () => {
  expect(permissionsOf('enforcer')).toEqual(['check', 'decisions:read', 'guard:use']);
});

test('a viewer changes nothing', () => {
  expect(permissionsOf('viewer').filter((permission) => /write|manage/.test(permission))).toEqual([]);
});

test('three administrators: none may what the others may, but look at the node', () => {
  const [system, security, auditor] = (['system', 'security', 'auditor'] as const).map(permissionsOf);
  expect(system).toEqual([
    'fleet:read',
    'fleet:write',
    'fleet:halt',
    'node:read',
    'metrics:read',
    'keys:manage',
  ]);
  expect(security?.filter((permission) => /keys|audit/.test(permission))).toEqual([]);
  expect(security).toEqual(expect.arrayContaining(['policy:write', 'decisions:write']));
  expect(auditor).toEqual(['node:read', 'audit:read']);
});

test('an operator decides, and does not see the keys or the audit', () => {
  expect(permissionsOf('operator')).toContain('decisions:write');
  expect(permissionsOf('operator')).not.toContain('keys:manage');
  expect(permissionsOf('operator')).not.toContain('audit:read');
});
