import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AegisError, ManualClock, silentLogger } from '@aegis/model';
import type { Registry } from '@aegis/ports';
import { openSqliteRegistry } from '@aegis/registry-sqlite';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { followPolicies } from './follow-policies.ts';
import type { PolicyRecord } from './policies.ts';
import { policyBody } from './policy-body.ts';
import { ADMIN, changed, openPolicies, type PolicyFixture } from './policy-fixture.ts';
import { PolicyRegistry } from './policy-registry.ts';
import type { PolicyService } from './policy-service.ts';

const clock = new ManualClock();
let folder: string;
let registry: Registry;
let shared: PolicyRegistry;
const opened: PolicyFixture[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'aegis-shared-'));
  registry = openSqliteRegistry({ path: join(folder, 'registry.db'), clock });
  shared = new PolicyRegistry(registry);
});
afterEach(async () => {
  vi.restoreAllMocks();
  for (const { decisions } of opened.splice(0)) await decisions.close();
  await registry.close();
  rmSync(folder, { recursive: true });
});

/** A node with a ledger of its own. */
async function node(policyRegistry: PolicyRegistry = shared): Promise<PolicyFixture> {
  const made = await openPolicies({ shared: policyRegistry });
  opened.push(made);
  return made;
}

const apply = (
  policies: PolicyService,
  name: string,
  base: number = policies.current().version,
): ReturnType<PolicyService['apply']> =>
  policies.apply({ policy: changed(name), reason: name, base, force: true }, ADMIN);

const told = (records: readonly PolicyRecord[]): readonly string[] =>
  records.map(({ version, policy }) => `${version} ${policy.name}`);

const away = (): void => {
  const refuse = (): Promise<never> => Promise.reject(new AegisError('registry_unavailable', 'cut off'));
  vi.spyOn(registry, 'get').mockImplementation(refuse);
  vi.spyOn(registry, 'compareAndSet').mockImplementation(refuse);
  vi.spyOn(registry, 'revision').mockImplementation(refuse);
};

test('of two nodes that change the same version at once one is told, and both have one history', async () => {
  const [{ policies: one }, { policies: two }] = [await node(), await node()];
  for (let round = 0; round < 5; round++) {
    const base = one.current().version;
    const done = await Promise.all([apply(one, `one-${round}`, base), apply(two, `two-${round}`, base)]);
    expect(done.filter(({ ok }) => ok)).toHaveLength(1);
    expect(done.flatMap((each) => (each.ok ? [] : each.error.kind))).toEqual(['policy_conflict']);
    await Promise.all([one.catchUp(), two.catchUp()]);
    expect(one.current().version).toBe(round + 1);
  }
  expect(told(await one.history(10))).toEqual(told(await two.history(10)));
});

test('what somebody else committed is in force as the ledger has it, over a restart without the registry', async () => {
  const [first, second] = [await node(), await node()];
  await apply(first.policies, 'theirs');
  await second.policies.catchUp();
  expect(second.decisions.engine.policy.name).toBe('theirs');
  expect(second.policies.current()).toMatchObject({ version: 1, author: ADMIN.name, reason: 'theirs' });
  away();
  const again = await second.restart();
  opened.splice(1, 1, again);
  expect(again.decisions.engine.policy.name).toBe('theirs');
  await expect(apply(again.policies, 'mine')).rejects.toMatchObject({ code: 'registry_unavailable' });
  expect(again.policies.current().version).toBe(1);
});

test('nothing is in force that is not committed, and nothing that the ledger cannot keep', async () => {
  const { policies, decisions } = await node();
  const before = decisions.engine.policy.name;
  vi.spyOn(registry, 'compareAndSet').mockRejectedValueOnce(new AegisError('registry_unavailable', 'lost'));
  await expect(apply(policies, 'unknown')).rejects.toMatchObject({ code: 'registry_unavailable' });
  expect(decisions.engine.policy.name).toBe(before);
  vi.spyOn(decisions.ledger, 'appendPolicy').mockRejectedValueOnce(
    new AegisError('ledger_unavailable', 'full'),
  );
  await expect(apply(policies, 'committed')).rejects.toMatchObject({ code: 'ledger_unavailable' });
  expect(decisions.engine.policy.name).toBe(before);
  await policies.catchUp();
  expect(policies.current()).toMatchObject({ version: 1, policy: { name: 'committed' } });
});

test('a version whose answer was lost is taken once', async () => {
  const { policies } = await node();
  const put = registry.compareAndSet.bind(registry);
  vi.spyOn(registry, 'compareAndSet').mockImplementationOnce(async (...words) => {
    await put(...words);
    throw new AegisError('registry_unavailable', 'the answer was lost');
  });
  await expect(apply(policies, 'lost')).rejects.toMatchObject({ code: 'registry_unavailable' });
  await policies.catchUp();
  await policies.catchUp();
  expect(told(await policies.history(10))).toEqual(['1 lost', '0 config']);
});

test('the policy that a node comes with is not lost: it is the first that is shared, where there is none', async () => {
  const alone = await openPolicies();
  await apply(alone.policies, 'brought');
  await apply(alone.policies, 'brought twice');
  const joined = await openPolicies({ decisions: alone.decisions, shared });
  opened.push(joined);
  expect(joined.policies.current()).toMatchObject({ version: 0, policy: { name: 'brought twice' } });
  await joined.policies.catchUp();
  expect(joined.policies.current()).toMatchObject({ version: 1, policy: { name: 'brought twice' } });
  const later = await node();
  await later.policies.catchUp();
  expect(later.policies.current()).toMatchObject({ version: 1, policy: { name: 'brought twice' } });
});

test('a version that cannot be read is passed over and told of, and the next one is taken', async () => {
  const { policies } = await node();
  await apply(policies, 'good');
  await registry.put('policy/0000000002', 'no JSON');
  await shared.publish({ name: '', version: 3, at: 0, author: 'x', reason: 'r', body: '{"strategies": 7}' });
  await policies.catchUp();
  expect(policies.current()).toMatchObject({ version: 1, policy: { name: 'good' } });
  expect(policies.trouble).toBe(
    'version 3 of the policies in the registry is passed over: it is for another version of this program; the one before holds',
  );
  expect(told((await policies.history(10)).slice(0, 1))).toEqual(['1 good']);
  expect(await policies.version(2)).toBeUndefined();
  expect(await apply(policies, 'next')).toMatchObject({ ok: true, value: { version: 4 } });
  expect(policies.trouble).toBe('');
});

test('with a key, whoever can write the registry and does not hold it changes no policy', async () => {
  const key = generateKeyPairSync('ed25519').privateKey;
  const [one, two] = [
    await node(new PolicyRegistry(registry, key)),
    await node(new PolicyRegistry(registry, key)),
  ];
  await apply(one.policies, 'signed');
  await two.policies.catchUp();
  expect(two.policies.current()).toMatchObject({ version: 1, policy: { name: 'signed' } });
  const genuine = (await registry.get('policy/0000000001'))?.value ?? '';
  const mallory = generateKeyPairSync('ed25519').privateKey;
  const forged = {
    name: '',
    at: 0,
    author: 'x',
    reason: 'r',
    body: policyBody('document', changed('forged')),
  };
  await shared.publish({ ...forged, version: 2 });
  await new PolicyRegistry(registry, mallory).publish({ ...forged, version: 3 });
  await registry.put('policy/0000000004', genuine);
  await registry.put('policy/0000000005', genuine.replace('signed', 'change'));
  await two.policies.catchUp();
  expect(two.policies.current()).toMatchObject({ version: 1, policy: { name: 'signed' } });
  expect(two.policies.trouble).toBe(
    'version 5 of the policies in the registry is passed over: it is not signed with registry.policy_key_file; the one before holds',
  );
  expect(await apply(one.policies, 'signed again')).toMatchObject({ ok: true, value: { version: 6 } });
  await two.policies.catchUp();
  expect(two.policies.current()).toMatchObject({ version: 6, policy: { name: 'signed again' } });
});

test('a follower hears of versions, says when it cannot, and takes what it missed in order', async () => {
  const [here, there] = [await node(), await node()];
  const follower = followPolicies({
    policies: here.policies,
    registry,
    clock,
    logger: silentLogger,
    retryMs: 5,
  });
  away();
  await follower.start();
  expect(follower.trouble).toBe('cut off');
  vi.restoreAllMocks();
  for (const name of ['1st', '2nd', '3rd']) await apply(there.policies, name);
  await vi.waitFor(() => expect(here.policies.current().version).toBe(3), 30_000);
  expect(follower.trouble).toBe('');
  expect(told(await here.policies.history(10))).toEqual(['3 3rd', '2 2nd', '1 1st', '0 config']);
  await apply(there.policies, '4th');
  await vi.waitFor(() => expect(here.policies.current().version).toBe(4), 30_000);
  await follower.stop();
});

test('a registry that lost versions is given them back by whoever had them in force', async () => {
  const [{ policies: one }, later] = [await node(), await node()];
  for (const name of ['1st', '2nd', '3rd']) await apply(one, name);
  for (const { key } of (await registry.list('policy/')).slice(1)) await registry.delete(key);
  await one.meetAgain();
  await later.policies.meetAgain();
  expect(told(await later.policies.history(10))).toEqual(['3 3rd', '2 2nd', '1 1st', '0 config']);
  for (const { key } of await registry.list('policy/')) await registry.delete(key);
  await later.policies.meetAgain();
  expect((await registry.list('policy/')).map(({ key }) => key)).toEqual(
    [1, 2, 3].map((n) => `policy/000000000${n}`),
  );
});

test('a registry that has another version under a number that was in force here changes nothing, and is told of', async () => {
  const [{ policies: one }, { policies: two }] = [await node(), await node()];
  await apply(one, 'here');
  await registry.delete('policy/0000000001');
  await apply(two, 'there');
  await one.meetAgain();
  expect(one.current()).toMatchObject({ version: 1, policy: { name: 'here' } });
  expect(one.trouble).toMatch(
    /^version 1 of the policies in the registry is another one than was in force here/,
  );
  await apply(two, 'meant');
  await one.catchUp();
  expect(one.current()).toMatchObject({ version: 2, policy: { name: 'meant' } });
  expect(one.trouble).toBe('');
});

test('nodes that have one ledger take each version once', async () => {
  const first = await node();
  const beside = await openPolicies({ decisions: first.decisions, shared });
  await apply(first.policies, 'once');
  await beside.policies.catchUp();
  expect(beside.policies.current().version).toBe(1);
  expect(told(await beside.policies.history(10))).toEqual(['1 once', '0 config']);
  const [kept] = await first.decisions.ledger.policyHistory('shared-policy', 10);
  expect(kept?.body).toBe(policyBody('document', changed('once')));
});
