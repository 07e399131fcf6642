import type { Address } from './address.ts';
import type { AttackType } from './attack-type.ts';
import type { Timestamp } from './clock.ts';
import type { Observation } from './observation.ts';

export type Protocol = 'http' | 'ssh' | 'telnet' | 'other';

/** Observations of one client, together: what the normalizer makes of a {@link SessionInput}. */
export interface Session {
  /** `sess_uuid` of the sensor; the key under which it is stored exactly once. */
  readonly id: string;
  readonly client: Address;
  readonly clientPort?: number;
  readonly userAgent: string;
  readonly protocol: Protocol;
  /** Which sensor, for example `decoy`, `tanner`, `cowrie`, `access-log`. */
  readonly sensor: string;
  /** The sensor's own id, TANNER's `snare_uuid`. */
  readonly sensorId?: string;
  readonly startedAt: Timestamp;
  readonly endedAt: Timestamp;
  /** In time order; a bounded sample where the client sent more than is kept. */
  readonly observations: readonly Observation[];
  /** How many there were, kept or not; a login over HTTP and its request are one. */
  readonly observationCount: number;
  /** The sensor's labels, normalized, without duplicates. */
  readonly labels: readonly AttackType[];
  /** The sensor's own estimate of who is behind it, 0-1 each. */
  readonly possibleOwners?: Readonly<Record<string, number>>;
  /** ISO 3166-1 alpha-2, where the sensor said so. */
  readonly country?: string;
  /** Hidden links the client followed: no person sees them. */
  readonly hiddenLinks?: number;
}
