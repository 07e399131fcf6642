import { Decision } from '@aegis/model';
import { z } from 'zod';

/**
 * How agents learn of decisions, in custom messages: a server tells `news` (no values: a million agents fetch them as
 * they like), an agent sends `ask`, a server answers `page`, and the agent asks again until it is told that this is all.
 */
export interface DecisionNews {
  readonly epoch: string;
  /** The number of the latest change. */
  readonly last: number;
}

export interface DecisionAsk {
  /** Of the list that the agent has; empty where it has none. */
  readonly epoch: string;
  readonly after: number;
  /** Amid a whole list: the last id that was heard. */
  readonly from?: string | undefined;
}

/** Either the changes after a number, or a piece of the whole list, ordered by id. */
export interface DecisionPage {
  readonly epoch: string;
  /** The list is so after the page: the number to ask on from. */
  readonly next: number;
  readonly whole: boolean;
  readonly more: boolean;
  readonly enforce: readonly Decision[];
  /** Ids. */
  readonly retract: readonly string[];
}

/** Decisions in one page, at most. */
export const PAGE_SIZE = 1_000;

const epoch = z.string().max(64);
const number = z.int().min(0);
const id = z.string().min(1).max(128);

export const DecisionNews: z.ZodType<DecisionNews> = z.strictObject({ epoch, last: number });
export const DecisionAsk: z.ZodType<DecisionAsk> = z.strictObject({
  epoch,
  after: number,
  from: id.optional(),
});
export const DecisionPage: z.ZodType<DecisionPage> = z.strictObject({
  epoch,
  next: number,
  whole: z.boolean(),
  more: z.boolean(),
  enforce: z.array(Decision).max(PAGE_SIZE),
  retract: z.array(id).max(PAGE_SIZE),
});

/** Undefined where it is none. */
export function readDecisionMessage<T>(schema: z.ZodType<T>, data: Uint8Array): T | undefined {
  try {
    return schema.parse(JSON.parse(Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString()));
  } catch {
    return undefined;
  }
}
