/**
 * Why something was not applied:
 * - `oversized`, `malformed`: not a frame of a size that is taken;
 * - `unknown_key`: sealed with a key that this node does not have; `altered`: changed on the way, or never sealed;
 * - `bad_token`, `expired_token`, `revoked`: whoever sent it is no member, or no longer;
 * - `forged`: not signed by the node that it says it is from; `impostor`: an envelope in another node's name;
 * - `stale`: sent long before, or after, the bus took it; `replayed`: it has been here;
 * - `flood`: more than one node may send; `bad_message`: no message of its type;
 * - `protected`, `too_wide`, `bad_value`, `over`: what it asks for is not done here; `full`: there is no room for it.
 */
export const REFUSALS = [
  'oversized',
  'malformed',
  'unknown_key',
  'altered',
  'bad_token',
  'expired_token',
  'revoked',
  'forged',
  'impostor',
  'stale',
  'replayed',
  'flood',
  'bad_message',
  'protected',
  'too_wide',
  'bad_value',
  'over',
  'full',
] as const;
export type RefusalKind = (typeof REFUSALS)[number];

export interface Refusal {
  readonly kind: RefusalKind;
  /** In words, for the log. May hold what the sender wrote. */
  readonly detail: string;
  /** Who sent it, where that is known. */
  readonly node?: string;
}
