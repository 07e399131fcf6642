import { statfsSync } from 'node:fs';
import type { ThreatLevel } from '@aegis/model';
import type { CampaignStanding } from '../campaigns/campaign-watch.ts';
import type { Services } from '../node/services.ts';
import type { Condition } from './condition.ts';

/** What is looked at. */
export type ConditionSources = Pick<Services, 'campaigns' | 'feeds' | 'health' | 'memory'> & {
  readonly mesh?: Services['mesh'];
  /** The file system of this folder is watched. */
  readonly folder: string;
  /** Percent of it. */
  readonly diskLow: number;
};

/** C&C servers that were seen lately and are looked at. */
const MOST_SERVERS = 500;
/** A part that fails is told by the events that are made for it. */
const OWN_EVENTS: readonly string[] = ['trail', 'notifications'];

/** What goes on in a node that people may want to know of. Where a source is away, its conditions stand as they did. */
export async function nodeConditions(sources: ConditionSources): Promise<readonly Condition[]> {
  return [
    ...feedsFailing(sources),
    ...(await partsFailing(sources)),
    ...nodesAway(sources),
    ...campaigns(sources.campaigns.list()),
    ...(await ccServers(sources)),
    ...diskLow(sources),
  ];
}

function feedsFailing({ feeds }: ConditionSources): readonly Condition[] {
  return feeds
    .list()
    .filter(({ state, failures }) => failures > 0 && state !== 'current')
    .map(({ name, state, trouble, url }) => ({
      event: 'feed_failing',
      subject: name,
      level: state === 'stale' ? 'MEDIUM' : 'HIGH',
      state,
      text: `the feed ${name} fails: ${trouble}`,
      over: `the feed ${name} works again`,
      facts: { feed: name, url, state },
    }));
}

async function partsFailing({ health, feeds }: ConditionSources): Promise<readonly Condition[]> {
  const { parts } = await health.report();
  const ofFeeds = new Set(feeds.list().flatMap(({ name }) => [name, `feed ${name}`]));
  return Object.entries(parts)
    .filter(([name, { ok }]) => !ok && name !== 'notifications' && !ofFeeds.has(name))
    .map(([name, { detail }]) => ({
      event: OWN_EVENTS.includes(name) ? 'trail_broken' : 'part_failing',
      subject: name,
      level: name === 'trail' ? 'CRITICAL' : 'HIGH',
      state: 'failing',
      text: `${name} does not work: ${detail}`,
      over: `${name} works again`,
      facts: { part: name },
    }));
}

function nodesAway({ mesh }: ConditionSources): readonly Condition[] {
  // Who is cut off sees nobody: that it is cut off is what its own part says.
  if (mesh === undefined || mesh.trouble !== '') return [];
  return mesh
    .nodes()
    .filter(({ state }) => state === 'offline')
    .map(({ id, region }) => ({
      event: 'mesh_node_away',
      subject: id,
      level: 'HIGH',
      state: 'offline',
      text: `the node ${id} in ${region} is away`,
      over: `the node ${id} is back`,
      facts: { node: id, region },
    }));
}

const GRAVE: Readonly<Partial<Record<CampaignStanding['state'], ThreatLevel>>> = {
  confirmed: 'MEDIUM',
  escalating: 'HIGH',
  sustained: 'HIGH',
};

function campaigns(standings: readonly CampaignStanding[]): readonly Condition[] {
  return standings.flatMap(({ pattern, state, level: attacks }) => {
    const level = GRAVE[state];
    if (level === undefined) return [];
    const facts = { pattern, state, attacks: `${attacks.toFixed(1)} in 30 s` };
    const text = `the campaign ${pattern} is ${state}`;
    return [
      {
        event: 'campaign',
        subject: pattern,
        level,
        state,
        text,
        over: `the campaign ${pattern} calms down`,
        facts,
      },
    ];
  });
}

async function ccServers({ memory }: ConditionSources): Promise<readonly Condition[]> {
  const servers = await memory.ccServers({ limit: MOST_SERVERS });
  return servers.map(({ address, port, bots, score, blocked }) => ({
    event: 'cc_server',
    subject: `${address} ${port}`,
    level: 'CRITICAL',
    state: 'found',
    text: `a C&C server at ${address} port ${port}, called by ${Object.keys(bots).length} hosts`,
    facts: {
      address,
      port: String(port),
      hosts: Object.keys(bots).slice(0, 10).join(', '),
      score: score.toFixed(0),
      blocked: blocked ? 'yes' : 'no',
    },
  }));
}

function diskLow({ folder, diskLow: least }: ConditionSources): readonly Condition[] {
  const { bavail, blocks, bsize } = statfsSync(folder);
  const free = blocks === 0 ? 100 : (100 * bavail) / blocks;
  if (free >= least) return [];
  const megabytes = Math.floor((bavail * bsize) / 1e6);
  return [
    {
      event: 'disk_low',
      subject: folder,
      level: megabytes < 100 ? 'CRITICAL' : 'HIGH',
      state: megabytes < 100 ? 'full' : 'low',
      text: `${megabytes} MB (${free.toFixed(1)}%) are free on the disk of ${folder}`,
      over: `there is room again on the disk of ${folder}`,
      facts: { folder },
    },
  ];
}
