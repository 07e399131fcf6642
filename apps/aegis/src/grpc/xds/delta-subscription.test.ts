import { expect, test } from 'vitest';
import { DeltaSubscription } from './delta-subscription.ts';
import type { DeltaRequest, DeltaResource, DeltaResponse } from './discovery-messages.ts';

const NOTHING_SAID: DeltaRequest = {
  nodeId: '',
  typeUrl: 'T',
  subscribe: [],
  unsubscribe: [],
  initialVersions: new Map(),
  nonce: '',
};

/** Resources `a` and `b` in version 1, and a subscription to them. */
function scene(bytes: number = 1): {
  readonly put: (name: string, version: string) => void;
  readonly drop: (name: string) => void;
  readonly hear: (said: Partial<DeltaRequest>) => readonly DeltaResponse[];
  readonly changed: () => readonly DeltaResponse[];
} {
  const held = new Map<string, DeltaResource>();
  const put = (name: string, version: string): void => {
    held.set(name, { name, version, bytes: new Uint8Array(bytes) });
  };
  put('a', '1');
  put('b', '1');
  let nonces = 0;
  const subscription = new DeltaSubscription(
    { names: () => [...held.keys()], get: (name) => held.get(name) },
    () => `n${++nonces}`,
  );
  return {
    put,
    drop: (name) => void held.delete(name),
    hear: (said) => subscription.hear({ ...NOTHING_SAID, ...said }),
    changed: () => subscription.changed(),
  };
}

/** What was sent: `a@1`, `-gone`. */
function told(responses: readonly DeltaResponse[]): readonly (readonly string[])[] {
  return responses.map(({ resources, removed }) => [
    ...resources.map(({ name, version }) => `${name}@${version}`),
    ...removed.map((name) => `-${name}`),
  ]);
}

test('a subscription by name is answered with what is there, and with the names of what is not', () => {
  const { hear } = scene();
  expect(told(hear({ subscribe: ['a', 'nothing'] }))).toEqual([['a@1', '-nothing']]);
});

test('a first request without names asks for everything, a later one for nothing more', () => {
  const all = scene();
  expect(told(all.hear({}))).toEqual([['a@1', 'b@1']]);
  expect(all.hear({ nonce: 'n1' })).toEqual([]);
  const named = scene();
  named.hear({ subscribe: ['a'] });
  expect(named.hear({ nonce: 'n1' })).toEqual([]);
  named.put('b', '2');
  expect(named.changed()).toEqual([]);
});

test('a star asks for everything, also later, and can be given up', () => {
  const { hear, put, changed } = scene();
  hear({ subscribe: ['a'] });
  hear({ nonce: 'n1' });
  expect(told(hear({ subscribe: ['*'] }))).toEqual([['a@1', 'b@1']]);
  hear({ nonce: 'n2' });
  put('c', '1');
  expect(told(changed())).toEqual([['c@1']]);
  hear({ nonce: 'n3' });
  hear({ unsubscribe: ['*'] });
  put('c', '2');
  expect(changed()).toEqual([]);
  put('a', '2');
  expect(told(changed())).toEqual([['a@2']]);
});

test('what the other side says at first that it has is not sent again, what is gone is said', () => {
  const { hear, put, changed } = scene();
  const initialVersions = new Map([
    ['a', '1'],
    ['b', '0'],
    ['lost', '1'],
  ]);
  expect(told(hear({ subscribe: ['a', 'b', 'lost'], initialVersions }))).toEqual([['b@1', '-lost']]);
  hear({ nonce: 'n1' });
  put('a', '2');
  expect(told(changed())).toEqual([['a@2']]);
  const later = scene();
  later.hear({ subscribe: ['a'] });
  later.hear({ nonce: 'n1' });
  expect(told(later.hear({ subscribe: ['b'], initialVersions: new Map([['b', '1']]) }))).toEqual([['b@1']]);
});

test('every subscription is answered, also where there is nothing to send', () => {
  const { hear } = scene();
  expect(told(hear({ subscribe: ['a'], initialVersions: new Map([['a', '1']]) }))).toEqual([[]]);
  hear({ nonce: 'n1' });
  expect(told(hear({ subscribe: ['a'] }))).toEqual([['a@1']]);
});

test('changes wait for the acknowledgement; then only the newest goes out', () => {
  const { hear, put, changed } = scene();
  hear({ subscribe: ['a'] });
  for (const version of ['2', '3', '4']) {
    put('a', version);
    expect(changed()).toEqual([]);
  }
  expect(told(hear({ nonce: 'n1' }))).toEqual([['a@4']]);
  expect(hear({ nonce: 'n2' })).toEqual([]);
  expect(changed()).toEqual([]);
});

test('a refused version is never sent again, the next one is', () => {
  const { hear, put, changed } = scene();
  hear({ subscribe: ['a', 'b'] });
  expect(hear({ nonce: 'n1', refusal: 'no' })).toEqual([]);
  expect(changed()).toEqual([]);
  expect(told(hear({ subscribe: ['a'] }))).toEqual([[]]);
  hear({ nonce: 'n2' });
  put('a', '2');
  expect(told(changed())).toEqual([['a@2']]);
  hear({ nonce: 'n3' });
  // Given up and wanted again, it begins anew.
  hear({ unsubscribe: ['b'] });
  expect(told(hear({ subscribe: ['b'] }))).toEqual([['b@1']]);
});

test('a refused version that comes back after another one is sent again only if that was taken', () => {
  const { hear, put, changed } = scene();
  hear({ subscribe: ['a'] });
  hear({ nonce: 'n1', refusal: 'no' });
  put('a', '2');
  changed();
  hear({ nonce: 'n2' });
  put('a', '1');
  expect(told(changed())).toEqual([['a@1']]);
});

test('a nonce that is not ours says nothing', () => {
  const { hear, put, changed } = scene();
  hear({ subscribe: ['a'] });
  expect(hear({ nonce: 'foreign', refusal: 'no' })).toEqual([]);
  put('a', '2');
  expect(changed()).toEqual([]);
  expect(told(hear({ nonce: 'n1' }))).toEqual([['a@2']]);
});

test('what was given up is not told any more, but under a star it is', () => {
  const { hear, put, changed } = scene();
  hear({ subscribe: ['a', 'b'] });
  hear({ nonce: 'n1', unsubscribe: ['a'] });
  put('a', '2');
  expect(changed()).toEqual([]);
  const all = scene();
  all.hear({});
  expect(told(all.hear({ nonce: 'n1', unsubscribe: ['a'] }))).toEqual([['a@1']]);
});

test('what goes away is said once', () => {
  const { hear, drop, changed } = scene();
  hear({});
  hear({ nonce: 'n1' });
  drop('b');
  expect(told(changed())).toEqual([['-b']]);
  expect(hear({ nonce: 'n2' })).toEqual([]);
  expect(changed()).toEqual([]);
});

test('resources that are too large together go out one response each', () => {
  const { hear, put } = scene(2_000_000);
  put('c', '1');
  expect(told(hear({ subscribe: ['a', 'b', 'c', 'nothing'] }))).toEqual([
    ['a@1', '-nothing'],
    ['b@1'],
    ['c@1'],
  ]);
  expect(hear({ nonce: 'n2' })).toEqual([]);
  put('a', '2');
  expect(hear({ nonce: 'n1' })).toEqual([]);
  expect(told(hear({ nonce: 'n3' }))).toEqual([['a@2']]);
});

test('nobody makes it remember without end', () => {
  const names = Array.from({ length: 1_001 }, (_, index) => `n${index}`);
  expect(() => scene().hear({ subscribe: names })).toThrow(expect.objectContaining({ code: 'bad_message' }));
  const { hear } = scene();
  expect(() => {
    for (let turn = 0; turn < 200; turn++) hear({ subscribe: ['a'] });
  }).toThrow(expect.objectContaining({ code: 'bad_message' }));
});
