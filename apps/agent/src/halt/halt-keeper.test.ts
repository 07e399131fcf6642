import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type HaltOrder, signHalt } from '@aegis/fleet';
import { silentLogger } from '@aegis/model';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { StateFolder } from '../state/state-folder.ts';
import { HaltKeeper } from './halt-keeper.ts';

const keys = generateKeyPairSync('ed25519');
let folder: string;
let told: HaltOrder[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'aegis-halt-'));
  told = [];
});
afterEach(() => rmSync(folder, { recursive: true }));

const keeper = (): HaltKeeper =>
  new HaltKeeper({
    ...{ state: new StateFolder(folder), publicKey: keys.publicKey, logger: silentLogger },
    onOrder: (order) => void told.push(order),
  });
const order = (epoch: number, state: 'halted' | 'running', key: KeyObject = keys.privateKey): string =>
  JSON.stringify(signHalt({ epoch, state, at: 1, by: 'ann', reason: 'r' }, key));

test('the highest epoch holds, in whatever order they come, and across restarts', () => {
  const one = keeper();
  expect(one.isHalted).toBe(false);
  expect(one.hear(order(5, 'halted'))).toBe(true);
  expect(one.hear(order(4, 'running'))).toBe(true);
  expect(one.hear(order(5, 'halted'))).toBe(true);
  expect(one.isHalted).toBe(true);
  expect(told.map(({ epoch }) => epoch)).toEqual([5]);
  const two = keeper();
  expect(two.standing).toMatchObject({ epoch: 5, state: 'halted' });
  two.hear(order(6, 'running'));
  expect(keeper().isHalted).toBe(false);
});

test('what another key signed, or nobody, is refused and counted', () => {
  const one = keeper();
  one.hear(order(5, 'halted'));
  expect(one.hear(order(9, 'running', generateKeyPairSync('ed25519').privateKey))).toBe(false);
  expect(one.hear('{"order":"{}","signature":""}')).toBe(false);
  expect(one.hear('')).toBe(false);
  expect(one).toMatchObject({ isHalted: true, refused: 3 });
});

test('an order on disk that somebody has changed is not believed', () => {
  keeper().hear(order(5, 'halted'));
  writeFileSync(join(folder, 'halt.json'), order(9, 'running', generateKeyPairSync('ed25519').privateKey));
  const one = keeper();
  expect(one.standing).toBeUndefined();
  one.hear(order(5, 'halted'));
  expect(one.isHalted).toBe(true);
});
