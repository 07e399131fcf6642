import { z } from 'zod';
import type { HuntStatus } from '../../hunt/hunt-message.ts';
import { IsoTime, isoTime } from './values.ts';

/** How the hunt stands, as the API shows it. */
export interface HuntStatusDocument {
  readonly flows: number;
  readonly unlooked: number;
  readonly refused: number;
  readonly pairs: number;
  readonly clients: number;
  readonly bytes: number;
  readonly candidates: number;
  readonly from?: string;
  readonly to?: string;
  readonly looked_at?: string;
  readonly look_ms?: number;
}

export const HuntStatusDocument: z.ZodType<HuntStatusDocument> = z
  .strictObject({
    flows: z.int(),
    unlooked: z.int().meta({ description: 'Flows that came after the last look.' }),
    refused: z.int(),
    pairs: z.int(),
    clients: z.int(),
    bytes: z.int().meta({ description: 'Memory of its tables.' }),
    candidates: z.int(),
    from: IsoTime.exactOptional().meta({ description: 'Of the flows that are remembered.' }),
    to: IsoTime.exactOptional(),
    looked_at: IsoTime.exactOptional(),
    look_ms: z.number().exactOptional().meta({ description: 'How long the last look took.' }),
  })
  .meta({ id: 'HuntStatus' });

export function huntStatusDocument(status: HuntStatus): HuntStatusDocument {
  const { from, to, lookedAt, lookMs, ...counts } = status;
  return {
    ...counts,
    ...(from !== undefined && { from: isoTime(from) }),
    ...(to !== undefined && { to: isoTime(to) }),
    ...(lookedAt !== undefined && { looked_at: isoTime(lookedAt) }),
    ...(lookMs !== undefined && { look_ms: Math.round(lookMs * 1_000) / 1_000 }),
  };
}
