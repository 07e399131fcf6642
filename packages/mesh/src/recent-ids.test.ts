import fc from 'fast-check';
import { expect, test } from 'vitest';
import { RecentIds } from './recent-ids.ts';

test('an id is known while fewer than the bound came after it, and never before it came', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 30 }), { maxLength: 200 }), (ids) => {
      const most = 10;
      const recent = new RecentIds(most);
      const added: number[] = [];
      for (const id of ids) {
        const isNew = recent.add(String(id));
        if (added.slice(-most).includes(id)) expect(isNew).toBe(false);
        if (!added.includes(id)) expect(isNew).toBe(true);
        if (isNew) added.push(id);
      }
    }),
  );
});
