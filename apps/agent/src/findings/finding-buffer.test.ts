import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Finding } from '@aegis/fleet';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { FindingBuffer } from './finding-buffer.ts';

const finding = (n: number): Finding => ({ kind: 'report', at: n, about: 'test', data: { n } });

test('whatever is put, acknowledged and restarted, the counts reconcile with what is there', () => {
  const step = fc.oneof(
    fc.constant('put' as const),
    fc.record({ acknowledge: fc.nat({ max: 40 }) }),
    fc.constant('restart' as const),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), fc.integer({ min: 0, max: 600 }), (steps, mostBytes) => {
      const folder = mkdtempSync(join(tmpdir(), 'aegis-buffer-'));
      const open = (): FindingBuffer => new FindingBuffer({ path: join(folder, 'f.db'), mostBytes });
      let buffer = open();
      const { name } = buffer;
      let put = 0;
      for (const each of steps) {
        if (each === 'put') buffer.put('p', finding(put++));
        else if (each === 'restart') {
          buffer.close();
          buffer = open();
        } else buffer.acknowledge(each.acknowledge);
        const held = buffer.peek(1_000, Number.POSITIVE_INFINITY);
        const { counts } = buffer;
        expect(counts.held).toBe(held.length);
        expect(counts.made).toBe(counts.sent + counts.dropped + counts.held);
        expect(counts.made).toBe(put);
        const size = held.reduce((sum, { finding: body }) => sum + JSON.stringify(body).length, 0);
        expect(size).toBeLessThanOrEqual(mostBytes);
        expect(buffer.name).toBe(name);
      }
      buffer.close();
      rmSync(folder, { recursive: true });
    }),
    { numRuns: 25 },
  );
});

test('numbers rise and are never used twice, also after everything was acknowledged', () => {
  const buffer = new FindingBuffer({ path: ':memory:', mostBytes: 10_000 });
  for (let n = 0; n < 3; n++) buffer.put('p', finding(n));
  buffer.acknowledge(3);
  buffer.put('p', finding(3));
  expect(buffer.peek(10, 10_000)).toEqual([{ sequence: 4, plugin: 'p', finding: finding(3) }]);
  buffer.close();
});

test('a batch has at least one finding, however large, and no more than asked for', () => {
  const buffer = new FindingBuffer({ path: ':memory:', mostBytes: 10_000 });
  for (let n = 0; n < 5; n++) buffer.put('p', finding(n));
  expect(buffer.peek(3, 10_000)).toHaveLength(3);
  expect(buffer.peek(3, 1)).toHaveLength(1);
  buffer.close();
});
