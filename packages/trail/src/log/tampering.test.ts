import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { checkpointDigest, NO_CHECKPOINT, signCheckpoint } from '../checkpoint/checkpoint.ts';
import { SUITES, type SuiteName, suiteOf } from '../checkpoint/suite.ts';
import { createVerifier } from '../checkpoint/verifier.ts';
import { Frontier } from '../merkle/frontier.ts';
import { compareWithLedger, type Journalled } from './compare-with-ledger.ts';
import { leafOf, type TrailRecord } from './leaf.ts';
import { type KeptEntry, verifyTrail } from './verify-trail.ts';

const T = Date.UTC(2026, 10, 22);
const SIZE = 40;
const EVERY = 10;

type Kept = KeptEntry & { readonly body: string; readonly treeHash: Uint8Array };

/** Forty entries with a checkpoint after each ten, and the ledger they came from. */
function scene(name: SuiteName = 'sha256-ed25519') {
  const suite = suiteOf(name);
  const { privateKey, publicKey } =
    name === 'sm3-sm2' ? generateKeyPairSync('ec', { namedCurve: 'SM2' }) : generateKeyPairSync('ed25519');
  const verifier = createVerifier('node-1', suite, publicKey);
  const frontier = new Frontier(suite.tree);
  const entries: Kept[] = [];
  const journal: Journalled[] = [];
  const checkpoints: string[] = [];
  let previous: Uint8Array = NO_CHECKPOINT;
  for (let index = 0; index < SIZE; index++) {
    const id = `a-${index}`;
    const record = { id, at: T + index, actor: 'alice', action: 'decision.add', detail: { reason: 'scan' } };
    journal.push({ number: index + 1, kind: 'audit', id, at: T + index, record });
    append({ index, at: T + index, journal: index + 1, kind: 'audit', id, record });
    if ((index + 1) % EVERY === 0) sign(T + index);
  }
  function append(record: TrailRecord): void {
    const { body, hash } = leafOf(record, suite.tree);
    frontier.append(hash, () => {});
    entries.push({ index: record.index, at: record.at, hash, treeHash: hash, body });
  }
  function sign(at: number): void {
    const checkpoint = { signer: 'node-1', size: frontier.size, root: frontier.root(), at, previous };
    const text = signCheckpoint(checkpoint, privateKey, verifier);
    previous = checkpointDigest(text, suite.tree.name);
    checkpoints.push(text);
  }
  /** What an attacker does who forgets no hash but has no key. */
  const rewrite = (index: number, change: Partial<TrailRecord>): void => {
    const record = { ...(JSON.parse((entries[index] as Kept).body) as TrailRecord), ...change };
    const { body, hash } = leafOf(record, suite.tree);
    entries[index] = { index, at: record.at, hash, treeHash: hash, body };
  };
  const verify = (copies: readonly string[] = []) => {
    const waiting = [...checkpoints];
    const items = entries
      .flatMap((entry, nth) => ((nth + 1) % EVERY === 0 ? [entry, waiting.shift() ?? []] : [entry]))
      .flat();
    return verifyTrail({ items: [...items, ...waiting], copies }, verifier);
  };
  const compare = (strays: readonly string[] = []) =>
    compareWithLedger({
      entries: from(entries),
      journal: from(journal),
      strays,
      position: SIZE,
      retainedSince: T,
    });
  return { entries, journal, checkpoints, verifier, privateKey, rewrite, verify, compare };
}

async function* from<Item>(items: readonly Item[]): AsyncGenerator<Item> {
  yield* items;
}

describe.each(SUITES)('a trail under %s', (name) => {
  test('as it was written is sound', async () => {
    const { verify, compare, checkpoints } = scene(name);
    expect(await verify(checkpoints)).toEqual({ findings: [], entries: SIZE, checkpoints: 4, signed: SIZE });
    expect(await compare()).toEqual({ findings: [], same: SIZE, waiting: 0 });
  });

  test('a forged checkpoint is found', async () => {
    const { verify, checkpoints } = scene(name);
    checkpoints[2] = (checkpoints[2] as string).replace('node-1\n30', 'node-1\n31');
    const { findings } = await verify();
    expect(findings.map(({ kind }) => kind)).toEqual(['checkpoint_forged', 'checkpoint_chain']);
    expect(findings[0]).toMatchObject({ from: 20 });
  });
});

test('a changed text is found at its entry', async () => {
  const { entries, verify } = scene();
  const entry = entries[17] as Kept;
  entries[17] = { ...entry, body: entry.body.replace('alice', 'mallory') };
  expect((await verify()).findings).toMatchObject([{ kind: 'entry_changed', from: 17, to: 18 }]);
});

test('a changed text with its hash changed too is found at its entry, by the tree', async () => {
  const { entries, verify, rewrite } = scene();
  const { treeHash } = entries[17] as Kept;
  rewrite(17, { id: 'other' });
  entries[17] = { ...(entries[17] as Kept), treeHash };
  expect((await verify()).findings).toMatchObject([{ kind: 'entry_changed', from: 17, to: 18 }]);
});

test('a changed entry with the whole tree made anew is found between two checkpoints', async () => {
  const { verify, rewrite } = scene();
  rewrite(17, { id: 'other' });
  expect(await verify()).toMatchObject({
    findings: [{ kind: 'checkpoint_root', from: 10, to: 20 }],
    signed: 10,
  });
});

test('entries that changed places are found at both places', async () => {
  const { entries, verify } = scene();
  const [a, b] = [entries[12], entries[13]] as [Kept, Kept];
  entries[12] = { ...b, index: 12 };
  entries[13] = { ...a, index: 13 };
  const moved = (await verify()).findings.filter(({ kind }) => kind === 'entry_moved');
  expect(moved).toMatchObject([{ from: 12 }, { from: 13 }]);
});

test('a removed entry is found at its place', async () => {
  const { entries, verify } = scene();
  entries.splice(25, 1);
  expect((await verify()).findings[0]).toMatchObject({ kind: 'entry_missing', from: 25, to: 26 });
});

test('a clock that goes backwards is found where it does', async () => {
  const { entries, verify } = scene();
  entries[8] = { ...(entries[8] as Kept), at: T - 1 };
  expect((await verify()).findings.map(({ kind, from: at }) => [kind, at])).toEqual([
    ['clock_backwards', 8],
    ['clock_backwards', 8],
  ]);
});

test('a body that went before its time is found', async () => {
  const { entries, verify } = scene();
  const { body: _, ...bare } = entries[30] as Kept;
  entries[30] = bare as Kept;
  expect((await verify()).findings).toMatchObject([{ kind: 'body_missing', from: 30, to: 31 }]);
});

test('bodies that expired from the beginning on are no finding', async () => {
  const { entries, verify, compare } = scene();
  for (let index = 0; index < 25; index++) {
    const { body: _, ...bare } = entries[index] as Kept;
    entries[index] = bare as Kept;
  }
  expect((await verify()).findings).toEqual([]);
  expect(await compare()).toEqual({ findings: [], same: 15, waiting: 0 });
});

test('a checkpoint that was taken out is found by the one after it', async () => {
  const { checkpoints, verify } = scene();
  checkpoints.splice(1, 1);
  expect((await verify()).findings).toMatchObject([{ kind: 'checkpoint_chain', from: 10, to: 30 }]);
});

test('a truncated tail is found by its checkpoint', async () => {
  const { entries, verify } = scene();
  entries.splice(33);
  expect((await verify()).findings).toMatchObject([{ kind: 'tail_truncated', from: 33, to: 40 }]);
});

test('a tail truncated with its checkpoints is found by a copy, and only by it', async () => {
  const { entries, checkpoints, verify } = scene();
  const copies = [...checkpoints];
  entries.splice(30);
  checkpoints.splice(3);
  expect((await verify()).findings).toEqual([]);
  expect((await verify(copies)).findings).toMatchObject([{ kind: 'tail_truncated', from: 30, to: 40 }]);
});

test('a trail written anew by whoever has the key is found by a copy', async () => {
  const honest = scene();
  const forged = scene();
  forged.rewrite(5, { id: 'other' });
  const copy = honest.checkpoints[0] as string;
  const { findings } = await verifyTrail({ items: forged.entries, copies: [copy] }, honest.verifier);
  expect(findings).toMatchObject([{ kind: 'copy_root', from: 0, to: 10 }]);
});

test('a copy that nobody signed is named', async () => {
  expect((await scene().verify(['nonsense'])).findings).toMatchObject([{ kind: 'copy_forged' }]);
});

describe('the ledger', () => {
  const at = (journal: readonly Journalled[], index: number): Journalled => journal[index] as Journalled;

  test('a changed row is found, and which members', async () => {
    const { journal, compare } = scene();
    journal[7] = { ...at(journal, 7), record: { ...at(journal, 7).record, actor: 'mallory', detail: {} } };
    const { findings } = await compare();
    expect(findings).toMatchObject([{ kind: 'record_changed', from: 7 }]);
    expect(findings[0]?.message).toContain('actor, detail');
  });

  test('a removed row is found, with and without its journal', async () => {
    const { journal, compare } = scene();
    const { record: _, ...bare } = at(journal, 7);
    journal[7] = bare;
    journal.splice(20, 1);
    expect((await compare()).findings.map(({ kind, from: index }) => [kind, index])).toEqual([
      ['record_removed', 7],
      ['record_removed', 20],
    ]);
  });

  test('rows that changed places are found at both', async () => {
    const { journal, compare } = scene();
    const [a, b] = [at(journal, 3), at(journal, 4)];
    journal[3] = { ...b, number: a.number };
    journal[4] = { ...a, number: b.number };
    expect((await compare()).findings.map(({ kind, from: index }) => [kind, index])).toEqual([
      ['record_order', 3],
      ['record_order', 4],
    ]);
  });

  test('an inserted row is found, journalled or not', async () => {
    const { journal, compare } = scene();
    journal.splice(5, 0, { ...at(journal, 5), number: 5.5, id: 'forged' });
    const { findings } = await compare(['stray']);
    expect(findings.map(({ kind }) => kind)).toEqual(['record_inserted', 'record_inserted']);
    expect(findings[0]?.message).toContain('forged');
    expect(findings[1]?.message).toContain('stray');
  });

  test('what is not on the trail yet is waiting, and no finding', async () => {
    const { journal, compare } = scene();
    journal.push({ ...at(journal, 39), number: 41, id: 'young' });
    expect(await compare()).toEqual({ findings: [], same: SIZE, waiting: 1 });
  });
});
