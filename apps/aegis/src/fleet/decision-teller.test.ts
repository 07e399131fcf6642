import { type Decision, ManualClock } from '@aegis/model';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { DecisionTeller } from './decision-teller.ts';

const clock = new ManualClock();
const ban = (id: string, change: Partial<Decision> = {}): Decision => ({
  ...{ id, scope: 'ip', value: '192.0.2.1', action: 'ban', reason: 'r', origin: 'aegis', source: 's' },
  ...{ weight: 1, created: clock.now(), expires: clock.now() + 60_000 },
  ...change,
});

/** An agent as plain as can be: it asks until it is told that this is all. */
class PlainAgent {
  held: ReadonlySet<string> = new Set();
  #epoch = '';
  #after = 0;

  catchUp(teller: DecisionTeller): void {
    let listing = new Set<string>();
    for (let from: string | undefined, more = true; more; ) {
      const page = teller.answer({ epoch: this.#epoch, after: this.#after, from });
      const ids = page.enforce.map(({ id }) => id);
      if (page.whole) {
        if (from === undefined) listing = new Set();
        for (const id of ids) listing.add(id);
        if (!page.more) this.held = listing;
        from = page.more ? ids.at(-1) : undefined;
      } else this.held = new Set([...this.held].filter((id) => !page.retract.includes(id)).concat(ids));
      this.#epoch = page.epoch;
      this.#after = page.next;
      more = page.more;
    }
  }
}

test('however far behind an agent is, it has what is in force once it has asked', () => {
  const step = fc.oneof(
    fc.record({ make: fc.nat({ max: 30 }) }),
    fc.record({ lift: fc.nat({ max: 30 }) }),
    fc.constant('policy' as const),
    fc.constant('ask' as const),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const inForce = new Map<string, Decision>();
      let barred = 0;
      const enforces = ({ id }: Decision): boolean => id !== `d-${barred}`;
      const teller = new DecisionTeller({ boot: 'b', inForce: () => inForce.values(), enforces, clock });
      const agent = new PlainAgent();
      for (const each of steps) {
        if (each === 'ask') agent.catchUp(teller);
        else if (each === 'policy') {
          barred++;
          teller.pushPolicy();
        } else if ('make' in each) {
          const decision = ban(`d-${each.make}`);
          inForce.set(decision.id, decision);
          teller.push({ kind: 'made', decision });
        } else {
          const decision = inForce.get(`d-${each.lift}`);
          if (decision === undefined) continue;
          inForce.delete(decision.id);
          teller.push({ kind: 'lifted', decision });
        }
      }
      agent.catchUp(teller);
      expect([...agent.held].sort()).toEqual([...inForce.keys()].filter((id) => id !== `d-${barred}`).sort());
    }),
  );
});

test('a long list comes in pages; what changes meanwhile comes after them', () => {
  const inForce = new Map<string, Decision>(
    Array.from({ length: 2_500 }, (_, n) => [`d-${n}`, ban(`d-${n}`)] as const),
  );
  const teller = new DecisionTeller({
    ...{ boot: 'b', inForce: () => inForce.values(), enforces: () => true, clock },
  });
  const first = teller.answer({ epoch: '', after: 0 });
  expect(first).toMatchObject({ whole: true, more: true });
  expect(first.enforce).toHaveLength(1_000);
  const late = ban('a-late');
  inForce.set(late.id, late);
  teller.push({ kind: 'made', decision: late });
  const from = first.enforce.at(-1)?.id;
  const second = teller.answer({ epoch: first.epoch, after: first.next, from });
  expect(second).toMatchObject({ whole: true, more: true, next: first.next });
  const last = teller.answer({ epoch: first.epoch, after: first.next, from: second.enforce.at(-1)?.id });
  expect(last).toMatchObject({ whole: true, more: false });
  expect(teller.answer({ epoch: first.epoch, after: first.next })).toMatchObject({
    whole: false,
    enforce: [late],
  });
});

test('agents are told nothing of what a packet filter cannot do, and of what is over', () => {
  const others = [
    ban('c', { scope: 'country', value: 'XX' }),
    ban('d', { action: 'captcha' }),
    ban('e', { expires: clock.now() }),
  ];
  const teller = new DecisionTeller({
    ...{ boot: 'b', inForce: () => [...others, ban('a')], enforces: () => true, clock },
  });
  expect(teller.answer({ epoch: '', after: 0 }).enforce.map(({ id }) => id)).toEqual(['a']);
  expect(teller.push({ kind: 'made', decision: others[0] as Decision })).toBe(false);
});
