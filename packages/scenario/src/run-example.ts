import type { Address, Observation } from '@aegis/model';
import type { Example, Rule } from './rule.ts';
import { ScenarioEngine } from './scenario-engine.ts';

const EXAMPLE_CLIENT = '192.0.2.1' as Address;

/** Plays an example to the rule alone, from time 0. Returns how often the rule fired. */
export function runExample(rule: Rule, example: Example): number {
  const engine = new ScenarioEngine([rule]);
  let at = 0;
  let fired = 0;
  for (const { repeat, every, observation } of example.events) {
    for (let n = 1; n <= repeat; n++) {
      fired += engine.observe(EXAMPLE_CLIENT, observationOf(rule, observation, n, at)).length;
      at += every;
    }
  }
  return fired;
}

function observationOf(
  { on }: Rule,
  template: Readonly<Record<string, unknown>>,
  n: number,
  at: number,
): Observation {
  const numbered = JSON.parse(JSON.stringify(template).replaceAll('{n}', String(n))) as Record<
    string,
    unknown
  >;
  const defaults = {
    method: 'GET',
    target: '/',
    headers: {},
    cookies: {},
    username: '',
    success: false,
    input: '',
    url: '',
  };
  return { ...defaults, ...numbered, kind: on, at } as Observation;
}
