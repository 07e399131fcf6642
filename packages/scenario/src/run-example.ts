import { Address, type AttackType } from '@aegis/model';
import type { Example } from './example.ts';
import type { RuleEvent } from './field-value.ts';
import type { Rule } from './rule.ts';
import { ScenarioEngine } from './scenario-engine.ts';

/** What a classifier says of an event, for rules that test `classes`. */
export type ClassesOf = (event: RuleEvent) => readonly AttackType[];

/** Plays an example to the rule alone, from time 0. Returns how often the rule fired. */
export function runExample(rule: Rule, example: Example, classesOf: ClassesOf = () => []): number {
  const engine = new ScenarioEngine([rule]);
  let at = 0;
  let fired = 0;
  for (const { repeat, every, client, observation } of example.events) {
    for (let n = 1; n <= repeat; n++) {
      const event = eventOf(rule, observation, n, at);
      const address = Address.parse(numbered(client, n));
      const sighting = {
        event,
        classes: () => classesOf(event),
        ...(address.ok && { client: address.value }),
      };
      fired += engine.observe(sighting).length;
      at += every;
    }
  }
  return fired;
}

function numbered(text: string, n: number): string {
  return text.replaceAll('{n}', String(n));
}

const DEFAULTS: Readonly<Record<RuleEvent['kind'], object>> = {
  http: { method: 'GET', target: '/', headers: {}, cookies: {} },
  login: { username: '', success: false },
  command: { input: '' },
  download: { url: '' },
  notice: { service: '', event: '', data: {} },
};

function eventOf(
  { on }: Rule,
  template: Readonly<Record<string, unknown>>,
  n: number,
  at: number,
): RuleEvent {
  const written = JSON.parse(numbered(JSON.stringify(template), n)) as Record<string, unknown>;
  const kind = on.find((each) => each === written.kind) ?? on[0] ?? 'http';
  return { ...DEFAULTS[kind], ...written, kind, at } as RuleEvent;
}
