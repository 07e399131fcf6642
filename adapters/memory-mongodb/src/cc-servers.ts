import type { CcServer } from '@aegis/model';
import { type CcServerReport, MEMORY_BOT_LIMIT } from '@aegis/ports';
import { kept, leaving } from './bounded-set.ts';
import { registerText, registerValues } from './register.ts';
import type { SubjectKind } from './subject.ts';

export const CC_SERVERS: SubjectKind<CcServerReport, CcServer> = {
  collection: 'cc_servers',
  identify: ({ address, port }) => ({ _id: `${address} ${port}`, ip: address }),
  change: (reports) => ({
    add: {},
    least: { first_detected: Math.min(...reports.map(({ at }) => at)) },
    greatest: {
      port: Math.max(...reports.map(({ port }) => port)),
      last_seen: Math.max(...reports.map(({ at }) => at)),
      cc_score: Math.max(...reports.map(({ score }) => score)),
      confidence: Math.max(...reports.map(({ confidence }) => confidence)),
      global_blocked: Number(reports.some(({ blocked }) => blocked)),
      ...heartbeat(reports),
      ...bots(reports),
    },
    join: { detected_by_nodes: reports.map(({ node }) => node) },
  }),
  excess: ({ detected_by_nodes, bot_network = {} }) => ({
    leave: leaving({ detected_by_nodes }),
    fields: botsOf(bot_network)
      .slice(MEMORY_BOT_LIMIT)
      .map(([bot]) => botField(bot)),
  }),
  read: (document) => ({
    address: document.ip,
    port: document.port,
    firstDetected: document.first_detected,
    lastSeen: document.last_seen,
    bots: Object.fromEntries(botsOf(document.bot_network ?? {}).slice(0, MEMORY_BOT_LIMIT)),
    score: document.cc_score,
    confidence: document.confidence,
    blocked: document.global_blocked === 1,
    nodes: kept(document.detected_by_nodes),
    ...(document.heartbeat === undefined
      ? {}
      : { heartbeatSeconds: Number(registerValues(document.heartbeat, 1)[0]) }),
  }),
  order: { last_seen: -1, ip: 1, port: 1 },
};

/** What the latest report that tells one says. */
function heartbeat(reports: readonly CcServerReport[]): { readonly heartbeat?: string } {
  const told = reports.flatMap(({ at, report, heartbeatSeconds }) =>
    heartbeatSeconds === undefined ? [] : [registerText(at, report, [String(heartbeatSeconds)])],
  );
  if (told.length === 0) return {};
  return { heartbeat: told.reduce((a, b) => (Buffer.compare(Buffer.from(a), Buffer.from(b)) > 0 ? a : b)) };
}

/** By field: the greatest score of each. */
function bots(reports: readonly CcServerReport[]): Readonly<Record<string, number>> {
  const scores = new Map<string, number>();
  for (const each of reports)
    for (const [bot, score] of Object.entries(each.bots))
      scores.set(bot, Math.max(score, scores.get(bot) ?? score));
  return Object.fromEntries([...scores].map(([bot, score]) => [botField(bot), score]));
}

/** The name of a field may hold no dot, no U+0000 and no dollar sign at its start, and must not be empty. */
function botField(bot: string): string {
  return `bot_network.=${encodeURIComponent(bot.toWellFormed()).replaceAll('.', '%2E')}`;
}

/** In the order of their names. */
function botsOf(network: Readonly<Record<string, number>>): readonly (readonly [string, number])[] {
  return Object.entries(network)
    .map(([field, score]) => [decodeURIComponent(field.slice(1)), score] as const)
    .sort(([a], [b]) => (a < b ? -1 : 1));
}
