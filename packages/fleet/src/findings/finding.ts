import { Action, canonicalScopeValue, type Timestamp } from '@aegis/model';
import { z } from 'zod';

/** What a plugin of an agent found. It only proposes; a node decides. */
export type Finding = ProposedBan | FoundFlows | HostReport;

/** A wish for a decision on one address. */
export interface ProposedBan {
  readonly kind: 'proposal';
  readonly at: Timestamp;
  /** Canonical. */
  readonly address: string;
  readonly action: Action;
  readonly durationMs: number;
  readonly reason: string;
  /** What found it: the name of a scenario. */
  readonly rule: string;
  /** 0-100. */
  readonly confidence: number;
}

/** Connections, as JSON lines of the format `agent` (packages/hunt). */
export interface FoundFlows {
  readonly kind: 'flows';
  readonly at: Timestamp;
  readonly lines: readonly string[];
}

/** What is so on a host: `inventory`, `file_changed`, `package_vulnerable`. */
export interface HostReport {
  readonly kind: 'report';
  readonly at: Timestamp;
  readonly about: string;
  readonly data: Readonly<Record<string, unknown>>;
}

const LONGEST_BAN_MS = 7 * 86_400_000;
const MOST_LINES = 200;
/** Characters of a report as JSON. */
const LONGEST_REPORT = 32_768;

const At = z.int().min(0);
const ADDRESS = z.string().transform((text, context) => {
  const parsed = canonicalScopeValue('ip', text);
  if (parsed.ok) return parsed.value;
  context.addIssue(parsed.error.message);
  return z.NEVER;
});

export const Finding: z.ZodType<Finding> = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('proposal'),
    at: At,
    address: ADDRESS,
    action: Action,
    durationMs: z.number().positive().max(LONGEST_BAN_MS),
    reason: z.string().min(1).max(500),
    rule: z.string().min(1).max(128),
    confidence: z.number().min(0).max(100),
  }),
  z.strictObject({
    kind: z.literal('flows'),
    at: At,
    lines: z.array(z.string().max(1_024)).min(1).max(MOST_LINES),
  }),
  z.strictObject({
    kind: z.literal('report'),
    at: At,
    about: z.string().regex(/^[a-z][a-z0-9_]{0,63}$/),
    data: z
      .record(z.string().max(256), z.unknown())
      .refine((data) => JSON.stringify(data).length <= LONGEST_REPORT, 'a report is at most 32 KiB'),
  }),
]);
