import type {
  AttackPatterns,
  AttackType,
  OwnerKind,
  RequestPattern,
  Session,
  ThreatIntelligence,
  Timestamp,
  UserAgentInfo,
} from '@aegis/model';
import type { PayloadFinding } from '../classify/payload-finding.ts';

/** A finding within a session. */
export interface SessionFinding extends PayloadFinding {
  /** Index of the first observation that holds it; -1 where it is about the session as a whole. */
  readonly observation: number;
  readonly at: Timestamp;
  /** How many payloads showed the same. */
  readonly occurrences: number;
}

/** A session and all that is known about it before it is judged. */
export interface EnrichedSession {
  readonly session: Session;
  readonly intelligence: ThreatIntelligence;
  readonly patterns: AttackPatterns;
  readonly sophistication: SophisticationMeasures;
  readonly userAgent: UserAgentInfo;
  readonly requestPattern: RequestPattern;
  /** The gravest first; bounded. */
  readonly findings: readonly SessionFinding[];
  /** For each observation that holds a finding, the gravest attack type in it. */
  readonly typeByObservation: ReadonlyMap<number, AttackType>;
  /** Of the findings and of the sensor's labels, the gravest first, without duplicates. */
  readonly attackTypes: readonly AttackType[];
  readonly conduct: Conduct;
  readonly owners: Readonly<Partial<Record<OwnerKind, number>>>;
}

/** The four measures of sophistication, 0-100 each, and their mean. */
export interface SophisticationMeasures {
  readonly length: number;
  readonly encodings: number;
  readonly specialCharacters: number;
  readonly techniques: number;
  readonly score: number;
}

/** Plain counts over the observations that were kept. */
export interface Conduct {
  readonly requests: number;
  readonly logins: number;
  readonly failedLogins: number;
  readonly successfulLogins: number;
  /** Requests that hand credentials to a form. */
  readonly loginPosts: number;
  /** Tries to sign in that did not succeed or may not have; a form and the login it became are one. */
  readonly loginAttempts: number;
  readonly distinctUsernames: number;
  readonly commands: number;
  readonly downloads: number;
  readonly notFound: number;
  readonly answered: number;
  readonly distinctPaths: number;
  /** Observations that hold a finding, 0-1. */
  readonly hostileShare: number;
  readonly durationSeconds: number;
}
