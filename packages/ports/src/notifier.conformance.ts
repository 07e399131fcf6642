import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Notification, Notifier } from './notifier.ts';

export interface NotifierFixture {
  open(): Promise<Notifier>;
  /** What each message that was taken says, as the other side understands it: markup undone. */
  received(): readonly string[];
  /** What would act on a reader: links, mentions, elements other than those that the channel makes itself. */
  active(): readonly string[];
  /** The other side cannot be reached from now on. */
  goAway(): Promise<void>;
  /** It is back. */
  comeBack(): Promise<void>;
  /** Whether what is sent into the void is noticed; a datagram is not. */
  readonly isAcknowledged: boolean;
}

const message: Notification = {
  id: 'n-1',
  at: Date.UTC(2026, 10, 22, 12),
  event: 'decision',
  level: 'HIGH',
  title: '192.0.2.1 is banned',
  count: 1,
  items: [
    {
      at: Date.UTC(2026, 10, 22, 12),
      text: '192.0.2.1 is banned',
      facts: { address: '192.0.2.1', reason: 'SQL injection in 3 requests' },
    },
  ],
  node: 'node-1',
};

const HOSTILE = [
  '<!channel> <@U012> <https://evil.example|your bank>',
  '<at user_id="all">all</at> [click](https://evil.example) **bold** @all',
  '<script>alert(1)</script><img src=https://evil.example/x>',
  'a|b=c\\ \r\nBcc: everyone@evil.example\r\n\r\nCEF:0|x|y|z|1|owned|10|',
  '\u001b[2J\u202eevil\u0000',
  '__proto__',
];

/** Every promise of the {@link Notifier} port, for any adapter. */
export function notifierConformance(name: string, fixture: NotifierFixture): void {
  describe(`Notifier conformance: ${name}`, () => {
    let notifier: Notifier;
    beforeEach(async () => {
      notifier = await fixture.open();
    });
    afterEach(() => notifier.close());

    const taken = async (count: number): Promise<string> => {
      await expect.poll(() => fixture.received().length, { timeout: 10_000 }).toBe(count);
      return fixture.received().at(-1) ?? '';
    };

    test('a message says what happened, to whom, and why', async () => {
      const before = fixture.received().length;
      await notifier.send(message);
      const text = await taken(before + 1);
      for (const part of ['HIGH', '192.0.2.1 is banned', 'SQL injection in 3 requests', 'node-1'])
        expect(text).toContain(part);
    });

    test('of many it says how many', async () => {
      const before = fixture.received().length;
      const items = Array.from({ length: 5 }, (_, i) => ({ at: 0, text: `thing ${i}`, facts: {} }));
      await notifier.send({ ...message, title: '4711 decisions', count: 4711, items });
      expect(await taken(before + 1)).toContain('4711');
    });

    test('what attackers wrote is text and nothing else', async () => {
      for (const hostile of HOSTILE) {
        const before = fixture.received().length;
        const item = { at: 0, text: hostile, facts: { agent: hostile, [hostile]: 'x' } };
        await notifier.send({ ...message, title: hostile, items: [item] });
        await taken(before + 1);
        expect(fixture.active(), hostile).toEqual([]);
      }
    });

    test('however long it is, it is taken', async () => {
      const before = fixture.received().length;
      const long = '漢'.repeat(50_000);
      const items = Array.from({ length: 200 }, () => ({ at: 0, text: long, facts: { long, again: long } }));
      await notifier.send({ ...message, title: long, count: 200, items });
      expect((await taken(before + 1)).length).toBeLessThan(32_000);
    });

    if (fixture.isAcknowledged)
      test('away is notifier_unavailable, and what is sent after it came back arrives', async () => {
        await fixture.goAway();
        await expect(notifier.send(message)).rejects.toMatchObject({ code: 'notifier_unavailable' });
        await fixture.comeBack();
        const before = fixture.received().length;
        await notifier.send(message);
        await taken(before + 1);
      });

    test('a closed one refuses with notifier_unavailable; closing twice is no error', async () => {
      await notifier.close();
      await notifier.close();
      await expect(notifier.send(message)).rejects.toMatchObject({ code: 'notifier_unavailable' });
    });
  });
}
