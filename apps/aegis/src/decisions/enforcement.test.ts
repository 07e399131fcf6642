import { createMemoryEnforcer } from '@aegis/enforcer-memory';
import { AegisError, silentLogger } from '@aegis/model';
import type { Enforcer } from '@aegis/ports';
import { afterEach, expect, test, vi } from 'vitest';
import { POLICY_TOPIC } from '../policy/policies.ts';
import { ALICE, type DecisionFixture, openDecisions, wish } from './decision-fixture.ts';
import { Enforcement } from './enforcement.ts';

/** However busy the machine is. */
const eventually = <T>(check: () => T | Promise<T>): Promise<T> => vi.waitFor(check, 10_000);

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

interface Scene extends DecisionFixture {
  readonly enforcer: Enforcer;
  readonly enforcement: Enforcement;
  /** Values that the policy withholds. */
  readonly withheld: Set<string>;
  /** Values enforced, in order. */
  enforced(): Promise<readonly string[]>;
}

async function open(): Promise<Scene> {
  const fixture = await openDecisions();
  const enforcer = createMemoryEnforcer({ clock: fixture.clock });
  const withheld = new Set<string>();
  const enforcement = new Enforcement({
    enforcer,
    bus: fixture.bus,
    inForce: () => fixture.engine.decisions(),
    enforces: ({ value }) => !withheld.has(value),
    // The shortest waits.
    random: { next: () => 0 },
    logger: silentLogger,
  });
  closing.push(fixture.close, () => enforcement.stop());
  return {
    ...fixture,
    enforcer,
    enforcement,
    withheld,
    enforced: async () => (await enforcer.list()).map(({ value }) => value).sort(),
  };
}

const add = ({ service }: DecisionFixture, ...values: readonly string[]) =>
  service.add(
    values.map((value) => wish({ value })),
    ALICE,
  );

test('everything in force at the start, then every change', async () => {
  const scene = await open();
  await add(scene, '192.0.2.1', '192.0.2.2');
  await scene.enforcement.start();
  expect(await scene.enforced()).toEqual(['192.0.2.1', '192.0.2.2']);
  await add(scene, '192.0.2.3');
  await scene.service.liftMatching({ scope: 'ip', value: '192.0.2.1' }, 'x', ALICE);
  await eventually(async () => expect(await scene.enforced()).toEqual(['192.0.2.2', '192.0.2.3']));
  expect(scene.enforcement.trouble).toBe('');
});

test('what the enforcer still holds from before and is no longer in force goes', async () => {
  const scene = await open();
  await add(scene, '192.0.2.1', '192.0.2.2');
  const [old] = [...scene.engine.decisions()];
  if (old !== undefined)
    await scene.enforcer.apply([{ kind: 'enforce', decision: { ...old, id: 'left over' } }]);
  await scene.service.liftMatching({ scope: 'ip', value: '192.0.2.1' }, 'x', ALICE);
  await scene.enforcement.start();
  expect(await scene.enforced()).toEqual(['192.0.2.2']);
});

test('an enforcer that is away does not hold up the start; everything is laid once it is back', async () => {
  const scene = await open();
  await add(scene, '192.0.2.1');
  const away = vi
    .spyOn(scene.enforcer, 'list')
    .mockRejectedValue(new AegisError('enforcer_unavailable', 'no netlink'));
  await scene.enforcement.start();
  expect(scene.enforcement.trouble).toBe('no netlink');
  await add(scene, '192.0.2.2');
  away.mockRestore();
  await eventually(async () => expect(await scene.enforced()).toEqual(['192.0.2.1', '192.0.2.2']));
  await eventually(() => expect(scene.enforcement.trouble).toBe(''));
});

test('after a change that could not be applied everything is laid anew', async () => {
  const scene = await open();
  await scene.enforcement.start();
  vi.spyOn(scene.enforcer, 'apply').mockRejectedValueOnce(new AegisError('enforcer_unavailable', 'busy'));
  await add(scene, '192.0.2.1', '192.0.2.2');
  await eventually(async () => expect(await scene.enforced()).toEqual(['192.0.2.1', '192.0.2.2']));
});

test('a decision that ends while everything is being laid does not stay', async () => {
  const scene = await open();
  await add(scene, '192.0.2.1');
  const gate = Promise.withResolvers<void>();
  const apply = scene.enforcer.apply.bind(scene.enforcer);
  vi.spyOn(scene.enforcer, 'apply').mockImplementationOnce(async (changes) => {
    await gate.promise;
    await apply(changes);
  });
  const starting = scene.enforcement.start();
  await scene.service.liftMatching({ scope: 'ip', value: '192.0.2.1' }, 'x', ALICE);
  gate.resolve();
  await starting;
  await eventually(async () => expect(await scene.enforced()).toEqual([]));
});

test('stopping waits for what is being applied, and nothing is applied after it', async () => {
  const scene = await open();
  await scene.enforcement.start();
  const gate = Promise.withResolvers<void>();
  const apply = vi.spyOn(scene.enforcer, 'apply').mockImplementation(() => gate.promise);
  const close = vi.spyOn(scene.enforcer, 'close');
  await add(scene, '192.0.2.1');
  await eventually(() => expect(apply).toHaveBeenCalledTimes(1));
  const stopping = scene.enforcement.stop();
  await add(scene, '192.0.2.2');
  expect(close).not.toHaveBeenCalled();
  gate.resolve();
  await stopping;
  expect(close).toHaveBeenCalledTimes(1);
  expect(apply).toHaveBeenCalledTimes(1);
});

test('what the policy withholds is not enforced, is withdrawn when the policy changes, and comes back', async () => {
  const scene = await open();
  scene.withheld.add('192.0.2.1');
  await add(scene, '192.0.2.1', '192.0.2.2');
  await scene.enforcement.start();
  expect(await scene.enforced()).toEqual(['192.0.2.2']);
  scene.withheld.add('192.0.2.3');
  await add(scene, '192.0.2.3', '192.0.2.4');
  await eventually(async () => expect(await scene.enforced()).toEqual(['192.0.2.2', '192.0.2.4']));
  scene.withheld.clear();
  scene.withheld.add('192.0.2.4');
  await scene.bus.publish(POLICY_TOPIC, '{}');
  await eventually(async () =>
    expect(await scene.enforced()).toEqual(['192.0.2.1', '192.0.2.2', '192.0.2.3']),
  );
});
