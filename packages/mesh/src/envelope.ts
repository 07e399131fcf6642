import { Result } from '@aegis/model';
import { z } from 'zod';
import { CHANNELS, type Channel, MESSAGE_SCHEMAS, type Message, type MessageType } from './message.ts';
import type { Refusal } from './refusal.ts';

/** A message and where it is from. */
export type Envelope = Message & {
  readonly id: string;
  readonly source_node: string;
  readonly source_region: string;
  /** Seconds since the Unix epoch, with a fraction, by the clock of the mesh. */
  readonly timestamp: number;
};

const Outside = z.strictObject({
  type: z.enum(Object.keys(CHANNELS) as MessageType[]),
  id: z.string().min(8).max(128),
  source_node: z.string().min(1).max(63),
  source_region: z.string().min(1).max(63),
  timestamp: z.number().min(0).max(1e11),
  data: z.unknown(),
});

/** An envelope of this channel, or why it is none. */
export function readEnvelope(value: unknown, channel: Channel): Result<Envelope, Refusal> {
  const outside = Outside.safeParse(value);
  if (!outside.success) return bad(firstIssue('envelope', outside.error));
  const { type, data, ...rest } = outside.data;
  if (CHANNELS[type] !== channel) return bad(`${type} does not belong on ${channel}`);
  const inside = MESSAGE_SCHEMAS[type].safeParse(data);
  if (!inside.success) return bad(firstIssue(type, inside.error));
  return Result.ok({ ...rest, type, data: inside.data } as Envelope);
}

function firstIssue(what: string, { issues: [issue] }: z.ZodError): string {
  return `${what}: ${issue?.path.join('.')}: ${issue?.message}`.slice(0, 300);
}

function bad(detail: string): Result<never, Refusal> {
  return Result.err({ kind: 'bad_message', detail });
}
