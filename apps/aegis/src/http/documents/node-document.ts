import { z } from 'zod';
import { IsoTime } from './values.ts';

export interface NodeDocument {
  readonly id: string;
  readonly region: string;
  readonly version: string;
  readonly started: string;
  readonly uptime_seconds: number;
  readonly ready: boolean;
  readonly parts: Readonly<Record<string, { readonly ok: boolean; readonly detail: string }>>;
  readonly backlog: { readonly waiting: number; readonly pending: number; readonly buried: number };
}

export const NodeDocument: z.ZodType<NodeDocument> = z
  .strictObject({
    id: z.string(),
    region: z.string(),
    version: z.string(),
    started: IsoTime,
    uptime_seconds: z.number(),
    ready: z.boolean(),
    parts: z.record(z.string(), z.strictObject({ ok: z.boolean(), detail: z.string() })),
    backlog: z
      .strictObject({ waiting: z.int(), pending: z.int(), buried: z.int() })
      .meta({ description: 'Sessions not yet analyzed, under way, and given up.' }),
  })
  .meta({ id: 'Node' });
