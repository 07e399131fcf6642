import type { SessionStats } from '@aegis/ports';
import { ApiError } from '../../client/api-error.ts';
import type { ApiClient } from '../../client/index.ts';
import type { FeedDocument } from '../../http/documents/feed-document.ts';
import type { MeshDocument } from '../../http/documents/mesh-document.ts';
import type { NodeDocument } from '../../http/documents/node-document.ts';
import { quantileOf, readExposition, type Sample, sumOf, sumsBy } from './exposition.ts';

/** What a node says of itself at one moment. */
export interface TopSample {
  /** ms, of a clock that only goes forward. */
  readonly at: number;
  readonly node: NodeDocument;
  readonly metrics: ReadonlyMap<string, readonly Sample[]>;
  /** Of the last hour. */
  readonly stats: SessionStats;
  readonly feeds: readonly FeedDocument[];
  /** Undefined where the node is alone. */
  readonly mesh: MeshDocument | undefined;
}

const HOUR_MS = 3_600_000;

export async function takeSample(client: ApiClient, now: number, at: number): Promise<TopSample> {
  const alone = (error: unknown): undefined => {
    if (error instanceof ApiError && error.status === 404) return undefined;
    throw error;
  };
  const [node, text, stats, feeds, mesh] = await Promise.all([
    client.node(),
    client.metrics(),
    client.stats({ from: new Date(now - HOUR_MS).toISOString() }),
    client.listFeeds(),
    client.mesh().catch(alone),
  ]);
  return { at, node, metrics: readExposition(text), stats, feeds, mesh };
}

/** What is shown, and what `--json` answers. Rates are per second between two samples. */
export interface TopFigures {
  readonly node: Pick<NodeDocument, 'id' | 'region' | 'version' | 'uptime_seconds' | 'ready' | 'backlog'>;
  /** Parts that do not work, and why. */
  readonly troubles: Readonly<Record<string, string>>;
  readonly checks: {
    readonly per_second: number;
    /** By verdict; `none` where no decision was met. */
    readonly by_verdict: Readonly<Record<string, number>>;
    readonly p99_seconds?: number;
  };
  readonly sessions: { readonly accepted_per_second: number; readonly analysed_per_second: number };
  readonly decisions: {
    readonly in_force: number;
    readonly made_per_second: number;
    readonly by_origin: Readonly<Record<string, number>>;
    readonly by_scope: Readonly<Record<string, number>>;
    /** From a decision to those who follow; absent where none was made since the node was started. */
    readonly enforcement_p99_seconds?: number;
    readonly mesh_p99_seconds?: number;
  };
  readonly top_sources: SessionStats['top_sources'];
  readonly top_techniques: Readonly<Record<string, number>>;
  readonly feeds: readonly Pick<FeedDocument, 'name' | 'state' | 'indicators' | 'trouble'>[];
  readonly mesh_nodes: readonly Pick<
    MeshDocument['nodes'][number],
    'id' | 'region' | 'state' | 'decisions' | 'weight'
  >[];
}

export function figuresOf(before: TopSample, now: TopSample): TopFigures {
  const { node, metrics, stats, feeds, mesh } = now;
  const seconds = Math.max(0.001, (now.at - before.at) / 1_000);
  // A node that was started anew counts from nothing again.
  const rate = (of: (sample: TopSample) => number): number => Math.max(0, of(now) - of(before)) / seconds;
  const metricRate = (name: string): number => rate((sample) => sumOf(sample.metrics, name));
  const results = Object.keys(sumsBy(metrics, 'firewall_block_hits_total', 'result'));
  const met = Object.fromEntries(
    results.map((result) => [
      result,
      rate((sample) => sumOf(sample.metrics, 'firewall_block_hits_total', { result })),
    ]),
  );
  const checks = metricRate('firewall_requests_total');
  const none = Math.max(0, checks - Object.values(met).reduce((sum, each) => sum + each, 0));
  const p99 = quantileOf(metrics, 'firewall_response_latency_seconds', 0.99);
  const enforcement = quantileOf(metrics, 'aegis_enforcement_lag_seconds', 0.99);
  const sync = quantileOf(metrics, 'aegis_sync_latency_seconds', 0.99);
  const { id, region, version, uptime_seconds, ready, backlog } = node;
  return {
    node: { id, region, version, uptime_seconds, ready, backlog },
    troubles: Object.fromEntries(
      Object.entries(node.parts).flatMap(([name, { ok, detail }]) => (ok ? [] : [[name, detail]])),
    ),
    checks: {
      per_second: checks,
      by_verdict: { ...met, none: (met.none ?? 0) + none },
      ...(p99 === undefined ? {} : { p99_seconds: p99 }),
    },
    sessions: {
      accepted_per_second: metricRate('aegis_sessions_accepted_total'),
      analysed_per_second: metricRate('aegis_sessions_processed_total'),
    },
    decisions: {
      in_force: sumOf(metrics, 'aegis_decisions_in_force'),
      made_per_second: metricRate('aegis_decisions_made_total'),
      by_origin: present(sumsBy(metrics, 'aegis_decisions', 'origin')),
      by_scope: present(sumsBy(metrics, 'aegis_decisions', 'scope')),
      ...(enforcement === undefined ? {} : { enforcement_p99_seconds: enforcement }),
      ...(sync === undefined ? {} : { mesh_p99_seconds: sync }),
    },
    top_sources: stats.top_sources,
    top_techniques: stats.by_technique,
    feeds: feeds.map(({ name, state, indicators, trouble }) => ({ name, state, indicators, trouble })),
    mesh_nodes: (mesh?.nodes ?? []).map(({ id: node_id, region: of, state, decisions, weight }) => ({
      ...{ id: node_id, region: of, state, decisions, weight },
    })),
  };
}

const present = (sums: Readonly<Record<string, number>>): Readonly<Record<string, number>> =>
  Object.fromEntries(Object.entries(sums).filter(([, count]) => count > 0));
