import { createHash } from 'node:crypto';
import { Result, type Timestamp } from '@aegis/model';
import { z } from 'zod';
import { FleetTarget } from './fleet-target.ts';

/** A plain JSON object; an object within is merged member by member, everything else is replaced. */
export type ConfigBody = { readonly [key: string]: unknown };

/** One version of the config of one target; never changed once written. */
export interface ConfigVersion {
  readonly target: FleetTarget;
  /** 1, 2, 3 … of this target. */
  readonly version: number;
  readonly body: ConfigBody;
  /** Percent of the target's agents that have it; the others keep the one before. 100 is all. */
  readonly share: number;
  readonly at: Timestamp;
  readonly author: string;
  readonly reason: string;
  /** Digest of the version before; empty for the first: history cannot be rewritten unseen. */
  readonly parent: string;
}

const MOST_BYTES = 256 * 1_024;
const DEEPEST = 16;

const ConfigVersion: z.ZodType<ConfigVersion> = z.strictObject({
  target: z.string().transform((text, context) => {
    const parsed = FleetTarget.parse(text);
    if (parsed.ok) return parsed.value;
    context.addIssue(parsed.error);
    return z.NEVER;
  }),
  version: z.int().min(1),
  body: z.record(z.string(), z.unknown()),
  share: z.number().min(0).max(100),
  at: z.int(),
  author: z.string(),
  reason: z.string(),
  parent: z.string(),
});

/** The error is for the operator. */
export function checkBody(body: unknown): Result<ConfigBody, string> {
  if (typeof body !== 'object' || body === null || Array.isArray(body))
    return Result.err('a config is a JSON object, such as {"log_level":"info"}');
  if (depthOf(body) > DEEPEST) return Result.err(`a config is at most ${DEEPEST} objects deep`);
  const bytes = Buffer.byteLength(JSON.stringify(body));
  if (bytes > MOST_BYTES) return Result.err(`a config is at most ${MOST_BYTES} bytes; this one has ${bytes}`);
  return Result.ok(body as ConfigBody);
}

/** Undefined where it is none: whoever else writes the registry must not stop the fleet by it. */
export function readConfigVersion(text: string): ConfigVersion | undefined {
  try {
    return ConfigVersion.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

/** Hex SHA-256 of the version as it is kept. */
export function digestOf(written: string): string {
  return createHash('sha256').update(written).digest('hex');
}

function depthOf(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  let deepest = 0;
  for (const member of Object.values(value)) {
    deepest = Math.max(deepest, depthOf(member));
    if (deepest > DEEPEST) break;
  }
  return deepest + 1;
}
