import { type Decision, ManualClock, type Prefix } from '@aegis/model';
import { createNetwork, describeWithReal } from '@aegis/testing';
import { beforeEach, expect, test } from 'vitest';
import { createDryRunTools } from './dry-run-tools.ts';
import { createIpsetEnforcer } from './ipset-enforcer.ts';
import type { Step, Tools } from './tools.ts';

const DAY_MS = 86_400_000;
let clock: ManualClock;
let steps: Step[];
/** Called before each step; throws to make it fail. */
let before: (step: Step) => void;

beforeEach(() => {
  clock = new ManualClock();
  steps = [];
  before = () => {};
});

const tools: Tools = {
  name: 'recorder',
  async run(all) {
    for (const step of all) {
      before(step);
      steps.push(step);
    }
    return all.map(() => '');
  },
};

function ban(value: string, change: Partial<Decision> = {}): Decision {
  return {
    id: value,
    scope: value.includes('/') ? 'range' : 'ip',
    value,
    action: 'ban',
    reason: 'test',
    origin: 'aegis',
    source: 'test',
    weight: 1,
    created: clock.now(),
    expires: clock.now() + 600_000,
    ...change,
  };
}

const enforce = (...decisions: readonly Decision[]) =>
  decisions.map((decision) => ({ kind: 'enforce', decision }) as const);

const restored = (): readonly string[] =>
  steps.filter(({ command }) => command[0] === 'ipset').flatMap(({ input = '' }) => input.trim().split('\n'));

test('a change is a few lines, allowances before bans and removals after both', async () => {
  const enforcer = createIpsetEnforcer({ tools, clock, protectedPrefixes: [] });
  await enforcer.apply(enforce(ban('192.0.2.1'), ban('192.0.2.2', { action: 'allow' })));
  steps = [];
  await enforcer.apply([
    ...enforce(ban('198.51.100.0/24', { expires: clock.now() + 1 })),
    { kind: 'retract', id: '192.0.2.2' },
    { kind: 'retract', id: '192.0.2.1' },
    ...enforce(ban('2001:db8::/32', { action: 'allow' }), ban('0.0.0.0/0')),
  ]);
  expect(restored()).toEqual([
    'add aegis-allow6net 2001:db8::/32 timeout 600 -exist',
    'add aegis-ban4net 198.51.100.0/24 timeout 1 -exist',
    'add aegis-ban4net 0.0.0.0/1 timeout 600 -exist',
    'add aegis-ban4net 128.0.0.0/1 timeout 600 -exist',
    'del aegis-ban4 192.0.2.1 -exist',
    'del aegis-allow4 192.0.2.2 -exist',
  ]);
});

test('what outlasts the longest timeout is written again in time', async () => {
  const enforcer = createIpsetEnforcer({ tools, clock, protectedPrefixes: [] });
  await enforcer.apply(enforce(ban('192.0.2.1', { expires: clock.now() + 60 * DAY_MS })));
  expect(restored()).toContain('add aegis-ban4.new 192.0.2.1 timeout 2147483 -exist');
  clock.advance(5 * DAY_MS);
  steps = [];
  await enforcer.apply(enforce(ban('192.0.2.2')));
  expect(restored()).toEqual(['add aegis-ban4 192.0.2.2 timeout 600 -exist']);
  clock.advance(10 * DAY_MS);
  steps = [];
  await enforcer.apply(enforce(ban('192.0.2.3')));
  expect(restored()).toEqual([
    'add aegis-ban4 192.0.2.3 timeout 600 -exist',
    'add aegis-ban4 192.0.2.1 timeout 2147483 -exist',
  ]);
});

test('where a batch fails half way, what was in force before is laid anew', async () => {
  const enforcer = createIpsetEnforcer({ tools, clock, protectedPrefixes: ['192.0.2.128/25' as Prefix] });
  await enforcer.apply(enforce(ban('192.0.2.1')));
  steps = [];
  before = ({ input }) => {
    if (input?.includes('192.0.2.2')) throw new Error('Hash is full, cannot add more elements');
  };
  await expect(enforcer.apply(enforce(ban('192.0.2.2')))).rejects.toMatchObject({
    code: 'enforcer_unavailable',
    message: 'ipset refused: Hash is full, cannot add more elements',
  });
  expect(restored()).toContain('add aegis-ban4.new 192.0.2.1 timeout 600 -exist');
  expect(restored()).toContain('add aegis-keep4.new 192.0.2.128/25 -exist');
  expect(restored().at(-1)).toBe('destroy aegis-ban6net.new');
  expect(await enforcer.list()).toEqual([ban('192.0.2.1')]);
});

test.each(['', 'a b', 'a;reboot', 'sixteen_letters_', '-j'])('%j cannot begin names', (base) => {
  expect(() => createIpsetEnforcer({ tools, clock, base, protectedPrefixes: [] })).toThrow('cannot begin');
});

describeWithReal('ipset', 'the script of a dry run does what the enforcer would', () => {
  test('and that of its clearing removes it', async () => {
    const network = createNetwork();
    try {
      const host = network.host('10.77.0.1/24');
      const told: string[] = [];
      const dry = createDryRunTools((script) => told.push(script));
      const enforcer = createIpsetEnforcer({
        tools: dry,
        clock,
        protectedPrefixes: ['10.0.0.0/8' as Prefix],
      });
      const sh = (): Promise<string> => host.run('sh', '-e', '-c', told.splice(0).join(''));
      await enforcer.apply(enforce(ban('192.0.2.1'), ban('2001:db8::/32')));
      await sh();
      expect(await host.run('ipset', 'test', 'aegis-ban4', '192.0.2.1')).toBe('');
      expect(await host.run('ipset', 'save', 'aegis-ban6net')).toContain(
        'add aegis-ban6net 2001:db8::/32 timeout',
      );
      expect(await host.run('iptables', '-t', 'raw', '-S', 'PREROUTING')).toContain('-j AEGIS-FROM');
      await enforcer.apply([{ kind: 'retract', id: '192.0.2.1' }]);
      await sh();
      await expect(host.run('ipset', 'test', 'aegis-ban4', '192.0.2.1')).rejects.toThrow('NOT in set');
      await enforcer.clear();
      await sh();
      expect(await host.run('iptables', '-t', 'raw', '-S')).not.toContain('AEGIS');
      expect(told).toEqual([]);
    } finally {
      network.remove();
    }
  });
});
