import { AttackType, type Observation } from '@aegis/model';
import { z } from 'zod';
import type { OpenSessionState, SessionFacts } from './open-session.ts';
import type { RecentIdsState } from './recent-ids.ts';

/** A sessionizer's whole state. It is kept by ourselves, so only damage and other versions are looked for. */
export interface SessionizerSnapshot {
  readonly version: 1;
  readonly watermark: number;
  readonly open: readonly OpenSessionState[];
  readonly ended: RecentIdsState;
}

const observation: z.ZodType<Observation> = z.custom<Observation>(
  (value) => typeof value === 'object' && value !== null && 'kind' in value && 'at' in value,
  'expected an observation',
);

const facts: z.ZodType<SessionFacts> = z.strictObject({
  id: z.string(),
  key: z.string(),
  client: z.string(),
  sensor: z.string(),
  clientPort: z.number().exactOptional(),
  sensorId: z.string().exactOptional(),
  protocol: z.enum(['http', 'ssh', 'telnet', 'other']).exactOptional(),
  userAgent: z.string().exactOptional(),
  startedAt: z.number(),
  lastAt: z.number(),
  touchedAt: z.number(),
  labels: z.array(AttackType),
});

export const SessionizerSnapshot: z.ZodType<SessionizerSnapshot> = z.strictObject({
  version: z.literal(1),
  watermark: z.number(),
  open: z.array(
    z.strictObject({
      facts,
      sample: z.strictObject({
        seen: z.number(),
        first: z.array(observation),
        odd: z.array(z.strictObject({ number: z.number(), rank: z.number(), item: observation })),
      }),
    }),
  ),
  ended: z.tuple([z.array(z.string()), z.array(z.string())]),
});
