import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { aegis, type RunningAegis, type StartOptions, startAegis } from './aegis-process.ts';
import { eventually } from './eventually.ts';

/** Real nodes of one mesh. */
export interface MeshScene {
  /** A token for a node, as `aegis mesh token` prints it. */
  token(node: string): Promise<string>;
  /** Starts a node, again on its data directory where it ran before. */
  start(node: string, options?: Pick<StartOptions, 'env' | 'inside'>): Promise<RunningAegis>;
  dataDirOf(node: string): string;
  remove(): void;
}

/** Long enough for a machine that is busy. */
const PATIENCE_MS = 120_000;

export async function meshScene(
  hosts: string,
  env: Readonly<Record<string, string>> = {},
): Promise<MeshScene> {
  const folder = mkdtempSync(join(tmpdir(), 'aegis-mesh-'));
  const dataDirOf = (node: string): string => join(folder, node);
  const first = { env: { NODE_ID: 'a' } };
  await succeed(['mesh', 'init', '--data-dir', dataDirOf('a')], first);
  const tokens = new Map<string, string>();
  const token = async (node: string): Promise<string> => {
    const made = await succeed(['mesh', 'token', node, '--data-dir', dataDirOf('a')], first);
    return made.trim();
  };
  return {
    token,
    async start(node, options = {}) {
      if (node !== 'a' && !tokens.has(node)) tokens.set(node, await token(node));
      const own = tokens.get(node);
      return startAegis({
        ...options,
        dataDir: dataDirOf(node),
        env: {
          ...{ NODE_ID: node, REDIS_HOSTS: hosts, AEGIS_DECOY_ENABLED: 'off', AEGIS_MESH_HEARTBEAT: '2s' },
          ...(own === undefined ? {} : { AEGIS_MESH_TOKEN: own }),
          ...env,
          ...options.env,
        },
      });
    },
    dataDirOf,
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

async function succeed(words: readonly string[], options: Parameters<typeof aegis>[1]): Promise<string> {
  const { code, stdout, stderr } = await aegis(words, options);
  if (code !== 0) throw new Error(`aegis ${words.join(' ')} ended with ${code}: ${stderr}`);
  return stdout;
}

interface ExportedDecision {
  readonly id: string;
  readonly value: string;
  readonly action: string;
  readonly expires: string;
}

/** What is in force on a node, a line each, in order; `withEnds` where the clocks agree. */
export async function inForceOn(node: RunningAegis, withEnds: boolean = true): Promise<readonly string[]> {
  const decisions = await node.get<readonly ExportedDecision[]>('/v1/decisions/export?format=json');
  return decisions
    .map(({ id, value, action, expires }) => `${id} ${action} ${value}${withEnds ? ` ${expires}` : ''}`)
    .sort();
}

async function countOn(node: RunningAegis): Promise<number> {
  const text = await (await node.fetch('/metrics')).text();
  return Number(/^aegis_decisions_in_force (\d+)$/m.exec(text)?.[1]);
}

/** Waits until every node has so many decisions in force, and the same ones. */
export async function allAgree(
  nodes: readonly RunningAegis[],
  count: number,
  withEnds: boolean = true,
): Promise<readonly string[]> {
  let last = '';
  try {
    return await eventually(
      'all nodes hold the same decisions',
      async () => {
        const counts = await Promise.all(nodes.map(countOn));
        last = counts.join(', ');
        if (counts.some((each) => each !== count)) return undefined;
        const lists = await Promise.all(nodes.map((node) => inForceOn(node, withEnds)));
        const texts = new Set(lists.map((list) => list.join('\n')));
        return texts.size === 1 && lists[0]?.length === count ? lists[0] : undefined;
      },
      PATIENCE_MS,
    );
  } catch (error) {
    throw new Error(`${String(error)}; they hold ${last}, expected ${count}`, { cause: error });
  }
}

/** Waits until every node has a decision about each of these in force, and all of them the very same decisions. */
export async function holdTheSame(
  nodes: readonly RunningAegis[],
  values: readonly string[],
): Promise<readonly string[]> {
  return eventually(
    `all nodes hold the same decisions, about ${values.length} values among them`,
    async () => {
      const lists = await Promise.all(nodes.map((node) => inForceOn(node)));
      const [first = []] = lists;
      if (new Set(lists.map((list) => list.join('\n'))).size > 1) return undefined;
      const held = new Set(first.map((line) => line.split(' ')[2]));
      return values.every((value) => held.has(value)) ? first : undefined;
    },
    PATIENCE_MS,
  );
}

/** Waits until a node says that it reaches the mesh, and has heard of so many nodes. */
export function connected(node: RunningAegis, known: number): Promise<true> {
  return eventually(
    `the node is in the mesh with ${known}`,
    async () => {
      const mesh = await node.get<{ connected: boolean; nodes: readonly unknown[] }>('/v1/mesh');
      return mesh.connected && mesh.nodes.length >= known ? true : undefined;
    },
    PATIENCE_MS,
  );
}

/** Bans addresses; those that were answered with 201 or 200. */
export async function ban(node: RunningAegis, addresses: readonly string[]): Promise<void> {
  const answer = await node.fetch('/v1/decisions/import?duration=6h', {
    method: 'POST',
    headers: { 'content-type': 'text/plain' },
    body: addresses.join('\n'),
  });
  const { added } = (await answer.json()) as { readonly added: number };
  if (added !== addresses.length) throw new Error(`${added} of ${addresses.length} were added`);
}

/** So many addresses, others for each `net`. */
export function addresses(net: number, count: number): readonly string[] {
  return Array.from({ length: count }, (_, i) => `11.${net}.${i >> 8}.${i & 255}`);
}

export async function verdictOf(node: RunningAegis, address: string): Promise<string> {
  return (await node.get<{ readonly outcome: string }>(`/v1/check?address=${address}`)).outcome;
}
