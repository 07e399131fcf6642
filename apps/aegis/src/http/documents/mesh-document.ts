import { NODE_STATES, type NodeState } from '@aegis/mesh';
import { z } from 'zod';
import type { Mesh } from '../../node/services.ts';
import { IsoTime, isoTime } from './values.ts';

export interface MeshNodeDocument {
  readonly id: string;
  readonly region: string;
  readonly state: NodeState;
  readonly weight: number;
  readonly load: number;
  readonly version: string;
  readonly decisions: number;
  readonly last_seen: string;
}

export interface MeshDocument {
  readonly mesh: string;
  /** This one. */
  readonly node: string;
  readonly connected: boolean;
  /** Why not. */
  readonly trouble?: string;
  readonly clock_ahead_seconds: number;
  readonly nodes: readonly MeshNodeDocument[];
}

const MeshNodeDocument: z.ZodType<MeshNodeDocument> = z
  .strictObject({
    id: z.string(),
    region: z.string(),
    state: z.enum(NODE_STATES).meta({ description: 'Degraded: a heartbeat is missing. Offline: two are.' }),
    weight: z.number().meta({ description: 'From 0 to 1: how much of the work it should be given.' }),
    load: z.number().meta({ description: 'From 0, idle, to 1, busy.' }),
    version: z.string(),
    decisions: z.int().meta({ description: 'In force there when it last said so.' }),
    last_seen: IsoTime,
  })
  .meta({ id: 'MeshNode' });

export const MeshDocument: z.ZodType<MeshDocument> = z
  .strictObject({
    mesh: z.string(),
    node: z.string(),
    connected: z.boolean(),
    trouble: z.string().exactOptional(),
    clock_ahead_seconds: z.number(),
    nodes: z.array(MeshNodeDocument),
  })
  .meta({ id: 'Mesh' });

export function meshDocument(mesh: Mesh, node: string): MeshDocument {
  const { trouble } = mesh;
  return {
    mesh: mesh.mesh,
    node,
    connected: trouble === '',
    ...(trouble === '' ? {} : { trouble }),
    clock_ahead_seconds: mesh.skewMs / 1_000,
    nodes: mesh
      .nodes()
      .map(({ lastSeen, ...rest }) => ({ ...rest, last_seen: isoTime(Math.round(lastSeen)) })),
  };
}
