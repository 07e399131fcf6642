/**
 * Port: buckets that several servers share, reconciled after the fact.
 *
 * A caller may assume: charges of all callers to one key add up, none is counted twice or lost once `exchange` has
 * resolved; a key's bucket drains by itself in real time; a key that is full again takes no room. An `exchange`
 * that rejects may have counted or not. Throws AegisError `shared_limits_unavailable`, at the latest after a
 * second: a caller goes on alone meanwhile.
 */
export interface SharedLimits {
  /** Adds the charges; how far from full each bucket then is, ms, in the order asked. */
  exchange(charges: readonly SharedCharge[]): Promise<readonly number[]>;
  close(): Promise<void>;
}

export interface SharedCharge {
  /** 1 to 64 characters of `0-9a-f`: a hash, never a name. */
  readonly key: string;
  /** Cost times emission interval, ms; 0 only asks. */
  readonly chargeMs: number;
}
