import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  consistencyPlan,
  createVerifier,
  Frontier,
  NO_CHECKPOINT,
  SUITES,
  type SuiteName,
  signCheckpoint,
  suiteOf,
  type TreeHash,
  type Verifier,
  writeVerifier,
} from '../index.ts';
import { MOST_CHECKPOINTS, thinned } from './thinned.ts';
import { type ShownTrail, type WitnessedTrail, witness } from './witness.ts';

/** A node with a trail whose entries can be changed behind its back. */
class Node {
  readonly verifier: Verifier;
  readonly #key: KeyObject;
  entries: string[] = [];
  #clock = 0;

  constructor(name: string = 'node-2', suite: SuiteName = 'sha256-ed25519') {
    const { privateKey, publicKey } =
      suite === 'sm3-sm2' ? generateKeyPairSync('ec', { namedCurve: 'SM2' }) : generateKeyPairSync('ed25519');
    this.#key = privateKey;
    this.verifier = createVerifier(name, suiteOf(suite), publicKey);
  }

  grow(count: number): this {
    for (let i = 0; i < count; i++) this.entries.push(`entry ${this.entries.length}`);
    return this;
  }

  /** Writes all from there on anew. */
  rewrite(from: number, size: number = this.entries.length): this {
    this.entries = [...this.entries.slice(0, from)];
    while (this.entries.length < size) this.entries.push(`another ${this.entries.length}`);
    return this;
  }

  shows(proofsFrom: readonly number[] = [], as: Node = this): ShownTrail {
    const { tree } = this.verifier.suite;
    const leaves = this.entries.map((each) => tree.leaf(Buffer.from(each)));
    const size = leaves.length;
    const at = ++this.#clock;
    const checkpoint = { signer: 'node-2', size, root: rootOf(leaves, tree), at, previous: NO_CHECKPOINT };
    const proofs = proofsFrom
      .filter((from) => from <= size)
      .map((from) => ({
        from,
        proof: consistencyPlan(from, size).map(({ begin, end }) => rootOf(leaves.slice(begin, end), tree)),
      }));
    return {
      publicKey: writeVerifier(as.verifier),
      checkpoint: signCheckpoint(checkpoint, as.#key, as.verifier),
      at,
      proofs,
    };
  }
}

function rootOf(leaves: readonly Uint8Array[], tree: TreeHash): Uint8Array {
  const frontier = new Frontier(tree);
  for (const leaf of leaves) frontier.append(leaf, () => {});
  return frontier.root();
}

/** Somebody who hears a node and asks when it does not know. */
class Peer {
  kept: WitnessedTrail | undefined;
  ask: readonly number[] = [];

  hear(shown: ShownTrail): this {
    const witnessed = witness('node-2', this.kept, shown);
    if (witnessed === undefined) throw new Error('nothing of its own');
    ({ kept: this.kept, ask: this.ask } = witnessed);
    return this;
  }

  /** Until there is nothing more to ask. */
  settle(node: Node): this {
    for (let turn = 0; turn < 20; turn++) {
      this.hear(node.shows(this.ask));
      if (this.ask.length === 0) break;
    }
    return this;
  }
}

test.each(SUITES)('a trail that only grows is followed without a word (%s)', (suite) => {
  const node = new Node('node-2', suite);
  const peer = new Peer();
  for (const count of [1, 1, 5, 0, 100, 3]) peer.settle(node.grow(count));
  expect(peer.kept?.finding).toBeUndefined();
  expect(peer.kept?.checkpoints.map((text) => text.split('\n')[1])).toEqual(['1', '2', '7', '107', '110']);
});

test('what was said before is no shorter trail, however often it comes', () => {
  const node = new Node().grow(10);
  const early = node.shows();
  const peer = new Peer().settle(node).settle(node.grow(10));
  const { kept } = peer;
  expect(peer.hear(early).kept).toBe(kept);
  expect(peer.ask).toEqual([]);
});

test('a trail that was cut is found, and where', () => {
  const node = new Node().grow(20);
  const peer = new Peer().settle(node).settle(node.grow(20)).settle(node.grow(20));
  node.entries.length = 45;
  peer.hear(node.shows());
  expect(peer.kept?.finding).toMatchObject({ kind: 'peer_shorter', from: 0, to: 60 });
  expect(peer.ask).toEqual([20, 40]);
  peer.settle(node);
  expect(peer.kept?.finding).toMatchObject({
    ...{ kind: 'peer_shorter', from: 40, to: 60 },
    message: expect.stringMatching(
      /^node-2 shows a trail that is shorter than the 60 entries that it signed at .*: among entries 40 to 59 some are gone/,
    ),
  });
});

test('that it is longer again by now hides nothing', () => {
  const node = new Node().grow(20);
  const peer = new Peer().settle(node).settle(node.grow(20)).settle(node.grow(20));
  peer.settle(node.rewrite(25, 80));
  expect(peer.kept?.finding).toMatchObject({ kind: 'peer_forked', from: 20, to: 40 });
  expect(peer.kept?.checkpoints).toHaveLength(3);
  const { finding } = peer.kept ?? {};
  peer.settle(node.grow(50));
  expect(peer.kept?.finding).toEqual(finding);
});

test('one that has the same size and another root is found', () => {
  const node = new Node().grow(7);
  const peer = new Peer().settle(node).settle(node.grow(1));
  peer.settle(node.rewrite(7));
  expect(peer.kept?.finding).toMatchObject({
    ...{ kind: 'peer_forked', from: 7, to: 8 },
    message: expect.stringContaining('entry 7 is gone, changed'),
  });
});

test('one that never shows a proof is found after a while', () => {
  const node = new Node().grow(3);
  const peer = new Peer().settle(node);
  const kinds = Array.from({ length: 5 }, () => peer.hear(node.grow(1).shows()).kept?.finding?.kind);
  expect(kinds).toEqual([undefined, undefined, undefined, undefined, 'peer_unproved']);
});

test('another key is found, and nothing is believed of it', () => {
  const [node, thief] = [new Node().grow(5), new Node().grow(9)];
  const peer = new Peer().settle(node).settle(node);
  peer.hear({ ...thief.shows(), at: 99 });
  expect(peer.kept?.finding).toMatchObject({ kind: 'peer_key', from: 0, to: 5 });
});

test('what is not signed by the node proves nothing', () => {
  const [node, other] = [new Node().grow(5), new Node('node-3').grow(5)];
  const shown = node.shows();
  const wrong: readonly ShownTrail[] = [
    other.shows(),
    { ...shown, publicKey: 'x' },
    { ...shown, checkpoint: shown.checkpoint.replace('\n5\n', '\n6\n') },
    { ...node.shows([], new Node()), publicKey: shown.publicKey },
  ];
  for (const each of wrong) expect(witness('node-2', undefined, each)).toBeUndefined();
  const { kept } = witness('node-2', undefined, shown) ?? {};
  for (const each of wrong.slice(2)) expect(witness('node-2', kept, { ...each, at: 99 })).toBeUndefined();
});

test('whatever is changed among what was shown is found, and lies where it is said to', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 8 }),
      fc.nat(),
      fc.nat({ max: 20 }),
      (steps, at, more) => {
        const node = new Node();
        const peer = new Peer();
        for (const step of steps) peer.settle(node.grow(step));
        const size = node.entries.length;
        const from = at % size;
        const shrunk = Math.max(1, size - 5 + more);
        peer.settle(node.rewrite(from, Math.max(from, shrunk, 1)));
        const { finding } = peer.kept ?? {};
        if (finding === undefined) throw new Error('not found');
        expect(finding.from).toBeLessThanOrEqual(from);
        expect(finding.to).toBeGreaterThan(from);
        expect(finding.to).toBeLessThanOrEqual(size);
      },
    ),
    { numRuns: 60 },
  );
});

test('a bounded number of checkpoints is kept, close to the end closer together', () => {
  let sizes: number[] = [];
  for (let size = 1; size <= 10_000; size++) {
    const all = [...sizes, size];
    sizes = thinned(all).map((nth) => all[nth] as number);
  }
  expect(sizes).toHaveLength(MOST_CHECKPOINTS);
  expect([sizes[0], sizes.at(-1)]).toEqual([1, 10_000]);
  for (let nth = 1; nth < sizes.length; nth++) {
    const [before, after] = [sizes[nth - 1] as number, sizes[nth] as number];
    // What is left of the way to the end shrinks by no more than its half with each.
    expect(after - before).toBeLessThanOrEqual(Math.max(1, (10_001 - before) * 0.6));
  }
});
