import type { WitnessedTrail } from '@aegis/trail';
import { z } from 'zod';
import { IsoTime, isoTime } from './values.ts';

/** What this node keeps of the trail of another. */
export interface PeerTrailDocument {
  readonly node: string;
  readonly entries: number;
  readonly signed: string;
  readonly heard: string;
  readonly finding?: {
    readonly kind: string;
    readonly from: number;
    readonly to: number;
    readonly message: string;
    readonly shown: string;
  };
}

const fields = {
  node: z.string(),
  entries: z.int().meta({ description: 'Under the latest checkpoint that continues all before it.' }),
  signed: IsoTime.meta({ description: 'When its node signed that one.' }),
  heard: IsoTime.meta({ description: 'When its node last showed anything.' }),
  finding: z
    .strictObject({
      kind: z.string(),
      from: z.int(),
      to: z.int(),
      message: z.string(),
      shown: z.string().meta({ description: 'The checkpoint that does not fit.' }),
    })
    .exactOptional()
    .meta({ description: 'Why it is not what it was; nothing more is kept from then on.' }),
};

export const PeerTrailDocument: z.ZodType<PeerTrailDocument> = z
  .strictObject(fields)
  .meta({ id: 'PeerTrail' });

export interface PeerCheckpointsDocument extends PeerTrailDocument {
  readonly public_key: string;
  readonly checkpoints: readonly string[];
}

export const PeerCheckpointsDocument: z.ZodType<PeerCheckpointsDocument> = z
  .strictObject({
    ...fields,
    public_key: z.string(),
    checkpoints: z.array(z.string()).meta({ description: 'In order of size, the latest last.' }),
  })
  .meta({ id: 'PeerCheckpoints' });

export function peerTrailDocument(
  node: string,
  { checkpoints, heard, finding }: WitnessedTrail,
): PeerTrailDocument {
  const [, size = '0', , time = ''] = checkpoints.at(-1)?.split('\n') ?? [];
  return {
    node,
    entries: Number(size),
    signed: time.replace(/^time /, ''),
    heard: isoTime(Math.round(heard * 1_000)),
    ...(finding === undefined ? {} : { finding }),
  };
}

export function peerCheckpointsDocument(node: string, trail: WitnessedTrail): PeerCheckpointsDocument {
  const { publicKey: public_key, checkpoints } = trail;
  return { ...peerTrailDocument(node, trail), public_key, checkpoints };
}
