import type { AttackType, Evidence, EvidencePlace } from '@aegis/model';

/** Where a payload came from. */
export interface PayloadPlace {
  readonly place: EvidencePlace;
  /** The parameter, header or cookie; empty where the place has no parts. */
  readonly part: string;
}

/** One attack seen in one payload. */
export interface PayloadFinding {
  readonly attackType: AttackType;
  /** How it is done, for example `union_based_sqli`; without duplicates. */
  readonly indicators: readonly string[];
  /** ATT&CK technique ids. */
  readonly techniques: readonly string[];
  /** 0-100: what it could do if it worked. */
  readonly danger: number;
  /** 0-100: how sure it is that this was meant as an attack. */
  readonly confidence: number;
  readonly evidence: Evidence;
}
