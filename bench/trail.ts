import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { seededRandom } from '@aegis/model';
import type { NewTrailEntry, StoredTrailNode, TrailStore } from '@aegis/ports';
import {
  createMasker,
  Frontier,
  foldNodes,
  frontierNodes,
  inclusionPlan,
  leafOf,
  spanNodes,
  treeHash,
  verifyInclusion,
} from '@aegis/trail';
import { openSqliteTrailStore } from '@aegis/trail-sqlite';
import fastRedact from 'fast-redact';
import { coreSeconds } from './rate.ts';
import type { Bench, Result } from './result.ts';

const tree = treeHash('sha256');

/** Appends, proofs and masking. */
export const bench: Bench = async ({ quick }) => {
  const folder = mkdtempSync(join(tmpdir(), 'aegis-bench-trail-'));
  try {
    return [
      await appends(join(folder, 'appends.db'), quick ? 20_000 : 100_000),
      ...(await proofs(join(folder, 'proofs.db'), quick ? 1_000_000 : 10_000_000)),
      maskText(quick ? 5 : 15),
      maskObjects(quick ? 5 : 15),
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

/** Entries of an audit, hashed, committed and synced 100 at a time. Wall time: the disk is what it waits for. */
async function appends(path: string, count: number): Promise<Result> {
  const store = openSqliteTrailStore({ path });
  const frontier = new Frontier(tree);
  const start = performance.now();
  for (let from = 0; from < count; from += 100) await append(store, frontier, 100, true);
  const value = Math.round(count / ((performance.now() - start) / 1_000));
  await store.close();
  return { name: 'appends_durable', unit: 'ops/s', better: 'higher', value, goal: 10_000 };
}

async function append(store: TrailStore, frontier: Frontier, count: number, whole: boolean): Promise<void> {
  const nodes: StoredTrailNode[] = [];
  const entries: NewTrailEntry[] = [];
  for (let i = 0; i < count; i++) {
    const index = frontier.size;
    const record = whole
      ? { actor: 'alice', action: 'decision.add', detail: { reason: 'scan', n: index } }
      : null;
    const { body, hash } = leafOf(
      { index, at: index, journal: index, kind: 'audit', id: `${index}`, record },
      tree,
    );
    frontier.append(hash, (node) => nodes.push(node));
    if (whole) entries.push({ index, hash, at: index, id: `${index}`, body });
  }
  await store.append({ entries, nodes, position: frontier.size });
}

/** An inclusion proof, read from the store: a tree of nodes without bodies, which proofs do not read. */
async function proofs(path: string, size: number): Promise<readonly Result[]> {
  const store = openSqliteTrailStore({ path });
  const frontier = new Frontier(tree);
  while (frontier.size < size) await append(store, frontier, 50_000, false);
  const root = frontier.root();
  const random = seededRandom(20_261_122);
  const asked = Array.from({ length: 2_000 }, () => Math.floor(random.next() * size));
  const prove = async (index: number): Promise<readonly Uint8Array[]> => {
    const plans = inclusionPlan(index, size).map(spanNodes);
    const hashes = await store.nodes(plans.flat());
    const ends = plans.map((_, nth) => plans.slice(0, nth + 1).flat().length);
    return ends.map((end, nth) => foldNodes(hashes.slice(ends[nth - 1] ?? 0, end), tree.node));
  };
  const times: number[] = [];
  const verified: number[] = [];
  for (const index of asked) {
    const start = performance.now();
    const proof = await prove(index);
    times.push((performance.now() - start) * 1_000);
    const [leaf] = await store.nodes([{ level: 0, index }]);
    const began = performance.now();
    const isProved = verifyInclusion(tree, { index, size, leaf: leaf as Uint8Array, proof, root });
    verified.push((performance.now() - began) * 1_000);
    if (!isProved) throw new Error(`entry ${index} is not proved`);
  }
  const edge = await store.nodes(frontierNodes(size));
  if (Buffer.compare(foldNodes(edge, tree.node), root) !== 0)
    throw new Error('the stored tree has another root');
  await store.close();
  const about = {
    unit: 'us',
    better: 'lower',
    note: `over ${size} entries; best: of the fastest tenth`,
  } as const;
  return [
    { name: 'proof_10m', ...about, ...figures(times), goal: 500 },
    { name: 'verify_10m', ...about, ...figures(verified), goal: 100 },
  ];
}

/** The middle one, and the one that nine in ten are slower than: what it takes where nobody else wants the core. */
function figures(times: readonly number[]): { readonly value: number; readonly best: number } {
  const all = times.toSorted((a, b) => a - b);
  const at = (part: number): number => Math.round((all[Math.floor(all.length * part)] as number) * 10) / 10;
  return { value: at(0.5), best: at(0.1) };
}

/** Log lines of a gateway and of a node, one in two with something to hide. */
const LINES = Array.from({ length: 10_000 }, (_, i) => [
  `192.0.2.${i % 250} - - [22/Nov/2026:07:19:${i % 60} +0000] "GET /shop/item-${i}?ref=home&page=${i % 9} HTTP/1.1" 200 ${1_000 + i} "https://example.com/" "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36"`,
  `{"level":"info","time":"2026-11-22T07:19:09.123Z","msg":"request answered","route":"/v1/check","user":"bob${i}@example.com","password":"hunter${i}"}`,
]).flat();

function maskText(rounds: number): Result {
  const masker = createMasker();
  const naive = (line: string): string =>
    line
      .replace(/("password":")[^"]*/g, '$1***')
      .replace(/\b(\w)[\w.%+-]*(@[\w-]+(?:\.[\w-]+)+)/g, '$1***$2')
      .replace(/\b1[3-9]\d{9}\b/g, '***')
      .replace(/\b\d{17}[\dXx]\b/g, '***')
      .replace(/\baegis_[0-9a-f]{16}_[0-9a-f]{64}\b/g, '***');
  for (const line of LINES)
    if (masker.text(line) !== naive(line))
      throw new Error(`not the same: ${masker.text(line)} and ${naive(line)}`);
  const megabytes = LINES.reduce((sum, line) => sum + line.length, 0) / 1e6;
  const speed = (mask: (line: string) => string): { readonly value: number; readonly best: number } => {
    const speeds = Array.from({ length: rounds }, () => {
      const start = coreSeconds();
      for (const line of LINES) mask(line);
      return megabytes / (coreSeconds() - start);
    }).sort((a, b) => b - a);
    return { value: Math.round(speeds[rounds >> 1] as number), best: Math.round(speeds[0] as number) };
  };
  const peers = [{ name: 'five regular expressions', value: speed(naive).value }];
  return { name: 'mask_throughput', unit: 'MB/s', better: 'higher', ...speed(masker.text), goal: 100, peers };
}

/** An object with a field to hide, by its name here, by its path there. */
function maskObjects(rounds: number): Result {
  const count = 200_000;
  const request = () => ({ method: 'GET', user: { name: 'bob', password: 'hunter2' }, status: 200 });
  const masker = createMasker([]).addRule('user.password', () => '***');
  const redact = fastRedact({ paths: ['user.password'], censor: '***', serialize: false });
  const peer = (): unknown => redact(request());
  if (JSON.stringify(peer()) !== JSON.stringify(masker.value(request()))) throw new Error('not the same');
  const speed = (mask: () => unknown): number => {
    const speeds = Array.from({ length: rounds }, () => {
      const start = coreSeconds();
      for (let i = 0; i < count; i++) mask();
      return count / (coreSeconds() - start);
    }).sort((a, b) => b - a);
    return Math.round(speeds[rounds >> 1] as number);
  };
  const value = speed(() => masker.value(request()));
  const peers = [{ name: 'fast-redact (in place)', value: speed(peer) }];
  return { name: 'mask_objects', unit: 'ops/s', better: 'higher', value, peers };
}
