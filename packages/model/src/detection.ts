import type { Address } from './address.ts';
import type { AttackType } from './attack-type.ts';
import type { Timestamp } from './clock.ts';

/** Where in what a client sent something was found. */
export type EvidencePlace =
  | 'path'
  | 'query'
  | 'body'
  | 'header'
  | 'cookie'
  | 'command'
  | 'login'
  | 'download'
  | 'behaviour';

/** One piece of proof a person can look at. */
export interface Evidence {
  readonly place: EvidencePlace;
  /** The parameter, header or cookie; empty where the place has no parts. */
  readonly part: string;
  /** What was found there, as the client sent it, bounded. */
  readonly text: string;
  /** `text` after the layers were decoded, where that differs. */
  readonly decoded?: string;
  /** The encodings peeled off, outermost first: `url`, `base64`, `html`, `unicode`, `hex`. */
  readonly layers?: readonly string[];
  /** In words. */
  readonly why: string;
}

/** A finding: what happened, how sure, and the proof. It states a fact; what to do is a Proposal. */
export interface Detection {
  /** Stable name of the rule or classifier: `payload/sql_injection`, `scenario/http-login-brute-force`. */
  readonly rule: string;
  readonly attackType: AttackType;
  readonly client: Address;
  readonly session?: string;
  readonly at: Timestamp;
  /** 0-100. */
  readonly confidence: number;
  /** ATT&CK technique ids, for example `T1190`. */
  readonly techniques: readonly string[];
  readonly evidence: readonly Evidence[];
}
