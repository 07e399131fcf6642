/** Why a decision should not have been made, as operators say it. */
export const FALSE_POSITIVES = [
  /** The rule or detection was wrong. */
  'rule',
  /** A feed or an import listed somebody who is none. */
  'list',
  /** An attacker and others share the address. */
  'shared_address',
  /** A client of ours, a monitor, a crawler that is welcome. */
  'known_client',
  'other',
] as const;

export type FalsePositive = (typeof FALSE_POSITIVES)[number];
