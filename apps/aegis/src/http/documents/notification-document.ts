import { z } from 'zod';
import type { ChannelStatus } from '../../node/services.ts';
import { IsoTime, isoTime } from './values.ts';

/** A way to tell people, as the API shows it. */
export interface ChannelDocument {
  readonly name: string;
  readonly kind: string;
  readonly place: string;
  readonly waiting: number;
  readonly sent: number;
  readonly dropped: number;
  readonly last_sent?: string | undefined;
  readonly trouble: string;
}

export const ChannelDocument: z.ZodType<ChannelDocument> = z
  .strictObject({
    name: z.string(),
    kind: z.string(),
    place: z.string().meta({ description: 'Without what is secret.' }),
    waiting: z.int().meta({ description: 'Things that wait to be told.' }),
    sent: z.int().meta({ description: 'Messages since the node was started.' }),
    dropped: z.int().meta({ description: 'Things that were not told since the node was started.' }),
    last_sent: IsoTime.optional(),
    trouble: z.string().meta({ description: 'Why it cannot send; empty when it can.' }),
  })
  .meta({ id: 'NotificationChannel' });

export function channelDocument({ lastSent, ...rest }: ChannelStatus): ChannelDocument {
  return { ...rest, ...(lastSent === undefined ? {} : { last_sent: isoTime(lastSent) }) };
}

/** What came of a test. */
export interface ChannelTestDocument {
  readonly channel: string;
  readonly sent: boolean;
  /** Why not. */
  readonly message?: string | undefined;
}

export const ChannelTestDocument: z.ZodType<ChannelTestDocument> = z
  .strictObject({ channel: z.string(), sent: z.boolean(), message: z.string().optional() })
  .meta({ id: 'ChannelTest' });
