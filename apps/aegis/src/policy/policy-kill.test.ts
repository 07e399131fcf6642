import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openDecisions } from '../decisions/decision-fixture.ts';
import { configPolicy } from './node-policy.ts';
import { CONFIG, openPolicies } from './policy-fixture.ts';

test('a version that was kept and had not taken effect when kill -9 came is in force after the restart', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'aegis-policy-kill-'));
  const program = join(import.meta.dirname, 'apply-and-die.ts');
  const child = spawn(process.execPath, [program, join(folder, 'ledger.db')], { stdio: 'inherit' });
  const [code, signal] = (await once(child, 'exit')) as [number | null, string | null];
  expect([code, signal]).toEqual([null, 'SIGKILL']);
  const decisions = await openDecisions({ folder, policy: configPolicy(CONFIG) });
  const { policies } = await openPolicies({ decisions });
  expect(policies.current()).toMatchObject({ version: 1, policy: { name: 'after the kill' } });
  expect(decisions.engine.policy.name).toBe('after the kill');
  await decisions.close();
});
