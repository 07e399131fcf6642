import type { Decision } from '@aegis/model';
import { Gauge, Registry } from 'prom-client';
import { expect, test } from 'vitest';
import { DecisionTally } from './decision-tally.ts';

const decision = (origin: string, scope: Decision['scope'] = 'ip'): Decision => ({
  ...{ id: 'd', scope, value: '192.0.2.1', action: 'ban', reason: '', origin, source: '' },
  ...{ weight: 1, created: 0, expires: 1 },
});

function tally() {
  const labelNames = ['origin', 'scope'];
  const gauge = new Gauge({ name: 'g', help: 'g', labelNames, registers: [new Registry()] });
  const counts = async (): Promise<Record<string, number>> =>
    Object.fromEntries(
      (await gauge.get()).values.map(({ labels, value }) => [`${labels.origin} ${labels.scope}`, value]),
    );
  return { one: new DecisionTally(gauge), counts };
}

test('it follows what is made, extended, lifted and ended', async () => {
  const { one, counts } = tally();
  one.restart([decision('aegis'), decision('aegis', 'range')]);
  one.follow([
    { kind: 'made', decision: decision('operator') },
    { kind: 'extended', decision: decision('aegis') },
    { kind: 'lifted', decision: decision('aegis', 'range') },
  ]);
  one.ended(decision('operator'));
  expect(await counts()).toEqual({ 'aegis ip': 1, 'aegis range': 0, 'operator ip': 0 });
});

test('whatever origins are called, the labels stay few', async () => {
  const { one, counts } = tally();
  one.restart(
    Array.from({ length: 5_000 }, (_, i) => decision(i % 2 === 0 ? `mesh:edge-${i}` : `mine-${i}`)),
  );
  expect(await counts()).toEqual({ 'mesh ip': 2_500, 'other ip': 2_500 });
});
