import { Address, type Timestamp } from '@aegis/model';
import { z } from 'zod';
import { type Bucket, newBucket } from './bucket.ts';

/** A bucket as plain data, to be taken up again by another engine over the same rule. */
export interface KeptBucket {
  /** The name of its rule. */
  readonly rule: string;
  /** Of the rule as it was: one that was changed begins anew. */
  readonly print: number;
  /** Whose it is, among those of the rule. */
  readonly of: string;
  readonly level: number;
  readonly at: Timestamp;
  readonly since: Timestamp;
  readonly count: number;
  readonly step: number;
  readonly counted_at?: Timestamp;
  readonly silent_until?: Timestamp;
  readonly seen?: readonly number[];
  readonly clients?: readonly Address[];
  /** It was filled more than once. */
  readonly again?: true;
}

const client = z.custom<Address>((value) => typeof value === 'string' && Address.parse(value).ok);
const time = z.number().min(-8.64e15).max(8.64e15);

export const KeptBucket: z.ZodType<KeptBucket> = z.strictObject({
  rule: z.string().max(80),
  print: z.int(),
  of: z.string().max(1_024),
  level: z.number().nonnegative(),
  at: time,
  since: time,
  count: z.int().nonnegative(),
  step: z.int().min(0).max(8),
  counted_at: time.exactOptional(),
  silent_until: time.exactOptional(),
  seen: z.array(z.int()).max(200_000).exactOptional(),
  clients: z.array(client).max(64).exactOptional(),
  again: z.literal(true).exactOptional(),
});

export function keptBucket(
  bucket: Bucket,
  about: Pick<KeptBucket, 'rule' | 'print' | 'of'>,
  again: boolean,
): KeptBucket {
  const { level, at, since, count, step, countedAt, silentUntil, seen, clients } = bucket;
  return {
    ...{ ...about, level, at, since, count, step },
    ...(Number.isFinite(countedAt) && { counted_at: countedAt }),
    ...(Number.isFinite(silentUntil) && { silent_until: silentUntil }),
    ...(seen !== undefined && seen.size > 0 && { seen: [...seen] }),
    ...(clients !== undefined && clients.size > 0 && { clients: [...clients] }),
    ...(again && { again }),
  };
}

export function bucketOf(kept: KeptBucket): Bucket {
  const { level, at, since, count, step, counted_at, silent_until, seen, clients } = kept;
  return {
    ...newBucket(at),
    ...{ level, since, count, step },
    ...(counted_at !== undefined && { countedAt: counted_at }),
    ...(silent_until !== undefined && { silentUntil: silent_until }),
    ...(seen !== undefined && { seen: new Set(seen) }),
    ...(clients !== undefined && { clients: new Set(clients) }),
  };
}
