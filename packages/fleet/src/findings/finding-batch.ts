import { Result } from '@aegis/model';
import { z } from 'zod';
import { Finding } from './finding.ts';

/** A finding on its way, numbered within the buffer of its agent: 1, 2, 3 … with gaps where some were dropped. */
export interface NumberedFinding {
  readonly sequence: number;
  readonly plugin: string;
  readonly finding: Finding;
}

/** What became of everything that plugins ever found: `made = sent + dropped + held`, always. */
export interface FindingCounts {
  readonly made: number;
  /** Acknowledged by a server. */
  readonly sent: number;
  readonly dropped: number;
  /** Waiting on the disk of the agent. */
  readonly held: number;
}

/** A custom message of the type `findings`; it is answered by `ack` with `{"buffer":"…","upto":17}`. */
export interface FindingBatch {
  /** Changes when an agent begins anew, and its numbers with it. */
  readonly buffer: string;
  readonly findings: readonly NumberedFinding[];
  readonly counts: FindingCounts;
}

export interface FindingAck {
  readonly buffer: string;
  readonly upto: number;
}

/** Findings in one batch, at most. */
export const MOST_FINDINGS = 200;

const count = z.int().min(0);
const BUFFER = z.string().min(1).max(64);
const Envelope = z.strictObject({
  buffer: BUFFER,
  findings: z
    .array(
      z.strictObject({ sequence: z.int().min(1), plugin: z.string().min(1).max(64), finding: z.unknown() }),
    )
    .max(MOST_FINDINGS),
  counts: z.strictObject({ made: count, sent: count, dropped: count, held: count }),
});
const Ack: z.ZodType<FindingAck> = z.strictObject({ buffer: BUFFER, upto: count });

/** A batch, and how many findings of it were none: those are passed over, or the agent would send them for ever. */
export function readFindingBatch(
  text: string,
): Result<FindingBatch & { readonly refused: number; readonly last: number }, string> {
  const envelope = parsed(Envelope, text);
  if (envelope === undefined) return Result.err('it is no batch of findings');
  const findings = envelope.findings.flatMap(({ finding, ...numbered }): readonly NumberedFinding[] => {
    const read = Finding.safeParse(finding);
    return read.success ? [{ ...numbered, finding: read.data }] : [];
  });
  const refused = envelope.findings.length - findings.length;
  const last = envelope.findings.reduce((most, { sequence }) => Math.max(most, sequence), 0);
  return Result.ok({ ...envelope, findings, refused, last });
}

/** Undefined where it is none. */
export function readFindingAck(text: string): FindingAck | undefined {
  return parsed(Ack, text);
}

function parsed<T>(schema: z.ZodType<T>, text: string): T | undefined {
  try {
    return schema.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}
