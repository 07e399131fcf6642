import { ManualClock } from '@aegis/model';
import { expect, test } from 'vitest';
import { AgentBudget } from './agent-budget.ts';

const RULES = { memory: 100, cpu: 50, openMs: 10_000, provenMs: 3_000 };
const OWN = { memory: 10, cpuMs: 0 };

test('over its memory everything stops, is tried again later, and later still when it fails again', () => {
  const clock = new ManualClock();
  const budget = new AgentBudget({ ...RULES, clock });
  expect(budget.look(OWN, [])).toBe('nothing');
  expect(budget.look({ memory: 101, cpuMs: 0 }, [])).toBe('stop');
  expect(budget.blame).toBe('memory: 101 bytes in all, over the budget of 100');
  clock.advance(9_999);
  expect(budget.look(OWN, [])).toBe('nothing');
  clock.advance(1);
  expect(budget.look(OWN, [])).toBe('start');
  expect(budget.phase).toBe('half_open');
  expect(budget.look({ memory: 101, cpuMs: 0 }, [])).toBe('stop');
  clock.advance(10_000);
  expect(budget.look(OWN, [])).toBe('nothing');
  clock.advance(10_000);
  expect(budget.look(OWN, [])).toBe('start');
  clock.advance(3_000);
  budget.look(OWN, []);
  expect(budget).toMatchObject({ phase: 'closed', blame: '' });
});

test('CPU time counts when it lasts', () => {
  const clock = new ManualClock();
  const budget = new AgentBudget({ ...RULES, clock });
  let cpuMs = 0;
  const second = (used: number): string => {
    clock.advance(1_000);
    cpuMs += used;
    return budget.look({ memory: 1, cpuMs }, []);
  };
  const answers = [...Array(9).fill(900), 100, ...Array(10).fill(900)].map(second);
  expect(answers.slice(0, -1)).toEqual(Array(19).fill('nothing'));
  expect(answers.at(-1)).toBe('stop');
});

test('a clock that jumps, to whenever, neither stops nor starts anything', () => {
  const clock = new ManualClock();
  const budget = new AgentBudget({ ...RULES, clock });
  budget.look({ memory: 101, cpuMs: 0 }, []);
  clock.jump(clock.now() + 10 * 365 * 86_400_000);
  expect(budget.look(OWN, [])).toBe('nothing');
  clock.jump(0);
  clock.advance(10_000);
  expect(budget.look(OWN, [])).toBe('start');
});
