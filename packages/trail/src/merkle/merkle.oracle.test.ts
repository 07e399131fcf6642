import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Frontier, frontierNodes } from './frontier.ts';
import { consistencyPlan, inclusionPlan } from './proof-plan.ts';
import { foldNodes, type NodeId, type Span, spanNodes } from './span.ts';
import { type TreeHashName, treeHash } from './tree-hash.ts';
import { verifyConsistency, verifyInclusion } from './verify-proof.ts';

const sha256 = treeHash('sha256');
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

/** RFC 6962, section 2.1, word for word. */
function mth(name: TreeHashName, data: readonly Uint8Array[]): Buffer {
  const h = (...parts: readonly Uint8Array[]): Buffer =>
    createHash(name).update(Buffer.concat(parts)).digest();
  if (data.length === 0) return h();
  if (data.length === 1) return h(Buffer.of(0), data[0] as Uint8Array);
  const k = 2 ** (Math.ceil(Math.log2(data.length)) - 1);
  return h(Buffer.of(1), mth(name, data.slice(0, k)), mth(name, data.slice(k)));
}

function path(m: number, data: readonly Uint8Array[]): readonly Buffer[] {
  if (data.length === 1) return [];
  const k = 2 ** (Math.ceil(Math.log2(data.length)) - 1);
  return m < k
    ? [...path(m, data.slice(0, k)), mth('sha256', data.slice(k))]
    : [...path(m - k, data.slice(k)), mth('sha256', data.slice(0, k))];
}

function subproof(m: number, data: readonly Uint8Array[], whole: boolean): readonly Buffer[] {
  if (m === data.length) return whole ? [] : [mth('sha256', data)];
  const k = 2 ** (Math.ceil(Math.log2(data.length)) - 1);
  return m <= k
    ? [...subproof(m, data.slice(0, k), whole), mth('sha256', data.slice(k))]
    : [...subproof(m - k, data.slice(k), false), mth('sha256', data.slice(0, k))];
}

test('a hash that is cut or too long proves nothing, whatever was proved just before', () => {
  const data = [Buffer.from('a'), Buffer.from('b')];
  const [leaf, other] = data.map((each) => sha256.leaf(each)) as [Buffer, Buffer];
  const root = mth('sha256', data);
  const claim = { index: 0, size: 2, leaf, proof: [other], root };
  for (const wrong of [Buffer.alloc(0), other.subarray(0, 31), Buffer.concat([other, other])]) {
    expect(verifyInclusion(sha256, claim)).toBe(true);
    expect(verifyInclusion(sha256, { ...claim, proof: [wrong] })).toBe(false);
    expect(verifyInclusion(sha256, { ...claim, leaf: wrong })).toBe(false);
    const growth = { before: 1, size: 2, beforeRoot: leaf, root, proof: [other] };
    expect(verifyConsistency(sha256, growth)).toBe(true);
    expect(verifyConsistency(sha256, { ...growth, proof: [wrong] })).toBe(false);
    expect(() => sha256.node(leaf, wrong)).toThrow(expect.objectContaining({ code: 'bad_hash' }));
  }
});

class Tree {
  readonly nodes: Map<string, Uint8Array> = new Map();
  readonly frontier: Frontier = new Frontier(sha256);

  append(data: Uint8Array): void {
    this.frontier.append(sha256.leaf(data), ({ level, index, hash }) =>
      this.nodes.set(`${level}/${index}`, hash),
    );
  }

  hashOf(span: Span): Uint8Array {
    return foldNodes(this.get(spanNodes(span)), sha256.node);
  }

  get(ids: readonly NodeId[]): readonly Uint8Array[] {
    return ids.map(({ level, index }) => this.nodes.get(`${level}/${index}`) as Uint8Array);
  }
}

const SIZES = 70;
const data = Array.from({ length: SIZES }, (_, i) => Buffer.from(`entry ${i}`));
const tree = new Tree();
const roots = [hex(tree.frontier.root())];
for (const each of data) {
  tree.append(each);
  roots.push(hex(tree.frontier.root()));
}

test('the root of nothing is the hash of nothing', () => {
  expect(roots[0]).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
  expect(hex(treeHash('sm3').empty())).toBe(
    '1ab21d8355cfa17f8e61194831e81a8f22bec8c728fefb747ed035eb5082aa2b',
  );
});

test('the leaf of nothing is H(0x00)', () => {
  expect(hex(sha256.leaf(Buffer.alloc(0)))).toBe(
    '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  );
});

test.each(['sha256', 'sm3'] as const)('every root is that of the definition: %s', (name) => {
  const frontier = new Frontier(treeHash(name));
  for (let size = 0; size <= SIZES; size++) {
    expect(hex(frontier.root())).toBe(hex(mth(name, data.slice(0, size))));
    if (size < SIZES) frontier.append(treeHash(name).leaf(data[size] as Buffer), () => {});
  }
});

test('a frontier opened again goes on as if it had not been closed', () => {
  for (let size = 0; size < SIZES; size++) {
    const again = new Frontier(sha256, size, tree.get(frontierNodes(size)));
    expect(hex(again.root())).toBe(roots[size]);
    again.append(sha256.leaf(data[size] as Buffer), () => {});
    expect(hex(again.root())).toBe(roots[size + 1]);
  }
});

test('every inclusion proof is that of the definition, and holds for its entry alone', () => {
  for (let size = 1; size <= SIZES; size++) {
    const root = Buffer.from(roots[size] as string, 'hex');
    for (let index = 0; index < size; index++) {
      const proof = inclusionPlan(index, size).map((span) => tree.hashOf(span));
      expect(proof.map(hex)).toEqual(path(index, data.slice(0, size)).map(hex));
      const leaf = sha256.leaf(data[index] as Buffer);
      const claim = { index, size, leaf, proof, root };
      expect(verifyInclusion(sha256, claim)).toBe(true);
      expect(verifyInclusion(sha256, { ...claim, leaf: sha256.leaf(Buffer.from('other')) })).toBe(false);
      expect(verifyInclusion(sha256, { ...claim, proof: [...proof, root] })).toBe(false);
      if (size > 1) expect(verifyInclusion(sha256, { ...claim, index: (index + 1) % size })).toBe(false);
      if (proof.length > 0) expect(verifyInclusion(sha256, { ...claim, proof: proof.slice(1) })).toBe(false);
    }
  }
});

test('every consistency proof is that of the definition, and holds for its trees alone', () => {
  for (let size = 1; size <= SIZES; size++) {
    for (let before = 1; before <= size; before++) {
      const proof = consistencyPlan(before, size).map((span) => tree.hashOf(span));
      expect(proof.map(hex)).toEqual(subproof(before, data.slice(0, size), true).map(hex));
      const [beforeRoot, root] = [before, size].map((of) => Buffer.from(roots[of] as string, 'hex')) as [
        Buffer,
        Buffer,
      ];
      const claim = { before, size, beforeRoot, root, proof };
      expect(verifyConsistency(sha256, claim)).toBe(true);
      expect(verifyConsistency(sha256, { ...claim, beforeRoot: sha256.empty() })).toBe(false);
      expect(verifyConsistency(sha256, { ...claim, root: sha256.empty() })).toBe(false);
      expect(verifyConsistency(sha256, { ...claim, proof: [...proof, root] })).toBe(false);
      if (proof.length > 0)
        expect(verifyConsistency(sha256, { ...claim, proof: proof.slice(1) })).toBe(false);
    }
  }
});

test('no proof of anything makes the verifiers fail or believe', () => {
  const bytes = fc.uint8Array({ minLength: 32, maxLength: 32 });
  const number = fc.oneof(fc.nat(80), fc.integer(), fc.double(), fc.constant(2 ** 60));
  fc.assert(
    fc.property(number, number, bytes, fc.array(bytes, { maxLength: 80 }), (index, size, leaf, proof) => {
      const root = Buffer.from(roots[40] as string, 'hex');
      expect(verifyInclusion(sha256, { index, size, leaf, proof, root })).toBe(false);
      expect(verifyConsistency(sha256, { before: index, size, beforeRoot: leaf, root, proof })).toBe(false);
    }),
  );
});

test('there is no proof of what is not there', () => {
  for (const [index, size] of [
    [5, 5],
    [-1, 5],
    [0, 0],
    [1.5, 3],
    [Number.NaN, 3],
  ] as const)
    expect(() => inclusionPlan(index, size)).toThrow('there is no entry');
  for (const [before, size] of [
    [0, 5],
    [6, 5],
    [1.5, 3],
  ] as const)
    expect(() => consistencyPlan(before, size)).toThrow('does not continue');
});

test('sizes beyond 32 bits', () => {
  const size = 2 ** 40 + 3;
  expect(inclusionPlan(2 ** 40, size).length).toBe(3);
  expect(inclusionPlan(7, size).at(-1)).toEqual({ begin: 2 ** 40, end: size });
  expect(spanNodes({ begin: 0, end: size })).toEqual([
    { level: 40, index: 0 },
    { level: 1, index: 2 ** 39 },
    { level: 0, index: 2 ** 40 + 2 },
  ]);
});
