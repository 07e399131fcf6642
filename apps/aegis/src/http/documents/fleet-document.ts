import type { ConfigVersion, Health } from '@aegis/fleet';
import { z } from 'zod';
import type { FleetAgent, FleetStatus } from '../../node/services.ts';
import { IsoTime, isoTime } from './values.ts';

/** How the fleet stands, as the API shows it. */
export interface FleetStatusDocument {
  readonly agents: number;
  readonly online: number;
  readonly offline: number;
  readonly unhealthy: number;
  readonly config_failed: number;
  readonly behind: number;
  readonly halted: number;
  readonly order?: HaltOrderDocument;
}

export interface HaltOrderDocument {
  readonly epoch: number;
  readonly state: 'halted' | 'running';
  readonly at: string;
  readonly by: string;
  readonly reason: string;
}

export const HaltOrderDocument: z.ZodType<HaltOrderDocument> = z
  .strictObject({
    epoch: z.int().meta({ description: 'Rises with every order; agents obey the highest.' }),
    state: z.enum(['halted', 'running']),
    at: IsoTime,
    by: z.string(),
    reason: z.string(),
  })
  .meta({ id: 'HaltOrder' });

export const FleetStatusDocument: z.ZodType<FleetStatusDocument> = z
  .strictObject({
    agents: z.int(),
    online: z.int(),
    offline: z.int(),
    unhealthy: z.int(),
    config_failed: z.int(),
    behind: z.int().meta({ description: 'That have not what they are to have.' }),
    halted: z.int().meta({ description: 'That obey the order to halt.' }),
    order: HaltOrderDocument.exactOptional(),
  })
  .meta({ id: 'FleetStatus' });

export function fleetStatusDocument({ order, ...counts }: FleetStatus): FleetStatusDocument {
  return { ...counts, ...(order !== undefined && { order: { ...order, at: isoTime(order.at) } }) };
}

/** An agent, as the API shows it. */
export interface AgentDocument {
  readonly id: string;
  readonly online: boolean;
  readonly connected: boolean;
  readonly groups: readonly string[];
  readonly room?: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly first_seen: string;
  readonly last_seen: string;
  readonly health?: HealthDocument;
  readonly config?: {
    readonly status: string;
    readonly error: string;
    readonly is_wanted: boolean;
    readonly wanted_from: readonly string[];
  };
  readonly halt_epoch: number;
  readonly findings?: FindingsDocument;
}

/** What became of what an agent's plugins found: made = sent + dropped + held. */
export interface FindingsDocument {
  readonly made: number;
  readonly sent: number;
  readonly dropped: number;
  readonly held: number;
  readonly refused: number;
  readonly reports: readonly {
    readonly plugin: string;
    readonly at: string;
    readonly about: string;
    readonly data: unknown;
  }[];
}

const FindingsDocument: z.ZodType<FindingsDocument> = z
  .strictObject({
    made: z.int().meta({ description: 'Sent, dropped and held, together.' }),
    sent: z.int(),
    dropped: z.int().meta({ description: 'For want of room on the host.' }),
    held: z.int().meta({ description: 'Waiting on the host.' }),
    refused: z.int().meta({ description: 'By this server: no findings, or too many proposals.' }),
    reports: z
      .array(z.strictObject({ plugin: z.string(), at: IsoTime, about: z.string(), data: z.unknown() }))
      .meta({ description: 'The latest, oldest first.' }),
  })
  .meta({ id: 'AgentFindings' });

export interface HealthDocument {
  readonly healthy: boolean;
  readonly status: string;
  readonly last_error: string;
  readonly components: Readonly<Record<string, HealthDocument>>;
}

export const HealthDocument: z.ZodType<HealthDocument> = z
  .strictObject({
    healthy: z.boolean(),
    status: z.string(),
    last_error: z.string(),
    components: z.record(
      z.string(),
      z.lazy(() => HealthDocument),
    ),
  })
  .meta({ id: 'AgentHealth' });

export const AgentDocument: z.ZodType<AgentDocument> = z
  .strictObject({
    id: z.string(),
    online: z.boolean(),
    connected: z.boolean().meta({ description: 'By a WebSocket: it is told of changes at once.' }),
    groups: z.array(z.string()),
    room: z.string().exactOptional(),
    attributes: z.record(z.string(), z.string()),
    first_seen: IsoTime,
    last_seen: IsoTime,
    health: HealthDocument.exactOptional(),
    config: z
      .strictObject({
        status: z.string(),
        error: z.string(),
        is_wanted: z.boolean().meta({ description: 'Whether it says that it has what it is to have.' }),
        wanted_from: z.array(z.string()).meta({ examples: [['all@3', 'group:web@7']] }),
      })
      .exactOptional(),
    halt_epoch: z.int().meta({ description: 'The last order that it said it obeys.' }),
    findings: FindingsDocument.exactOptional(),
  })
  .meta({ id: 'Agent' });

export function agentDocument({
  state,
  online,
  connected,
  groups,
  room,
  wanted,
  hasWanted,
  findings,
}: FleetAgent): AgentDocument {
  const { id, identifying, others, firstSeen, lastSeen, health, configStatus, haltEpoch } = state;
  return {
    id,
    online,
    connected,
    groups,
    ...(room !== undefined && { room }),
    attributes: { ...others, ...identifying },
    first_seen: isoTime(firstSeen),
    last_seen: isoTime(lastSeen),
    ...(health !== undefined && { health: healthDocument(health) }),
    ...(wanted !== undefined && {
      config: {
        status: configStatus?.status ?? 'unset',
        error: configStatus?.error ?? '',
        is_wanted: hasWanted === true,
        wanted_from: wanted.from,
      },
    }),
    halt_epoch: haltEpoch,
    ...(findings !== undefined && {
      findings: { ...findings, reports: findings.reports.map((each) => ({ ...each, at: isoTime(each.at) })) },
    }),
  };
}

function healthDocument({ healthy, status, lastError, components }: Health): HealthDocument {
  return {
    healthy,
    status,
    last_error: lastError,
    components: Object.fromEntries(
      Object.entries(components).map(([name, component]) => [name, healthDocument(component)]),
    ),
  };
}

/** A version of a config, as the API shows it. */
export interface FleetConfigDocument {
  readonly target: string;
  readonly version: number;
  readonly body: unknown;
  readonly share: number;
  readonly at: string;
  readonly author: string;
  readonly reason: string;
  readonly parent: string;
}

export const FleetConfigDocument: z.ZodType<FleetConfigDocument> = z
  .strictObject({
    target: z.string().meta({ examples: ['all', 'group:web', 'room:fra-2'] }),
    version: z.int(),
    body: z.unknown(),
    share: z.number().meta({ description: "Percent of the target's agents that have it." }),
    at: IsoTime,
    author: z.string(),
    reason: z.string(),
    parent: z.string().meta({ description: 'SHA-256 of the version before.' }),
  })
  .meta({ id: 'FleetConfig' });

export function fleetConfigDocument(version: ConfigVersion): FleetConfigDocument {
  return { ...version, at: isoTime(version.at) };
}
