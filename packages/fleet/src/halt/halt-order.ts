import { type KeyObject, sign, verify } from 'node:crypto';
import { Result, type Timestamp } from '@aegis/model';
import { z } from 'zod';

/** Whether agents work. The highest epoch holds, whatever came in between and in whatever order. */
export interface HaltOrder {
  /** Greater with every order; 0 before the first. */
  readonly epoch: number;
  readonly state: 'halted' | 'running';
  readonly at: Timestamp;
  readonly by: string;
  readonly reason: string;
}

/** An order as it travels: the text that was signed, and the signature. */
export interface SignedHalt {
  readonly order: string;
  /** Ed25519 (RFC 8032), base64. */
  readonly signature: string;
}

const HaltOrder: z.ZodType<HaltOrder> = z.strictObject({
  epoch: z.int().min(1),
  state: z.enum(['halted', 'running']),
  at: z.int(),
  by: z.string().max(256),
  reason: z.string().max(1_000),
});

const SignedHalt: z.ZodType<SignedHalt> = z.strictObject({
  order: z.string().max(4_096),
  signature: z.string().max(128),
});

/** Signed texts of other kinds must never pass for one of these. */
const CONTEXT = 'aegis halt order v1\n';

export function signHalt(order: HaltOrder, key: KeyObject): SignedHalt {
  const text = JSON.stringify(order);
  return { order: text, signature: sign(null, Buffer.from(CONTEXT + text), key).toString('base64') };
}

/** From the JSON of a `SignedHalt`. Whoever does not hold the key can make none. */
export function readHalt(text: string, publicKey: KeyObject): Result<HaltOrder, string> {
  const signed = parsed(SignedHalt, text);
  if (signed === undefined) return Result.err('it is no signed order');
  const { order, signature } = signed;
  if (!verify(null, Buffer.from(CONTEXT + order), publicKey, Buffer.from(signature, 'base64')))
    return Result.err('its signature is not by the key of the fleet');
  const read = parsed(HaltOrder, order);
  return read === undefined ? Result.err('what was signed is no order') : Result.ok(read);
}

/** What an agent obeys after it was given an order: a higher epoch only, so that nothing old can be replayed. */
export function obeyed(standing: HaltOrder | undefined, given: HaltOrder): HaltOrder {
  return standing === undefined || given.epoch > standing.epoch ? given : standing;
}

function parsed<T>(schema: z.ZodType<T>, text: string): T | undefined {
  try {
    return schema.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}
