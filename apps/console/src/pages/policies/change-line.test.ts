import { expect, test } from 'vitest';
import { changeLine } from './change-line.ts';

test.each([
  [{ kind: 'strategy_added', strategy: { name: 'x' }, place: 1 }, '+ {"name":"x"}'],
  [{ kind: 'strategy_removed', strategy: { name: 'x' }, place: 1 }, '- {"name":"x"}'],
  [{ kind: 'strategy_moved', name: 'x', from: 1, to: 3 }, '~ x: 1 → 3'],
  [{ kind: 'strategy_changed', name: 'x', field: 'weight', before: 1, after: 2 }, '~ x.weight: 1 → 2'],
  [{ kind: 'prefix_added', list: 'exempt', prefix: '192.0.2.0/24' }, '+ exempt 192.0.2.0/24'],
  [{ kind: 'prefix_removed', list: 'exempt', prefix: '192.0.2.0/24' }, '- exempt 192.0.2.0/24'],
  [{ kind: 'changed', field: 'name', before: 'a', after: 'b' }, '~ name: "a" → "b"'],
  [{ kind: 'of_tomorrow' }, '~ {"kind":"of_tomorrow"}'],
])('%j', (change, line) => {
  const { sign, text } = changeLine(change);
  expect(`${sign} ${text}`).toBe(line);
});
