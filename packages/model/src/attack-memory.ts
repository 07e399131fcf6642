import type { Address } from './address.ts';
import type { AttackType } from './attack-type.ts';
import type { Timestamp } from './clock.ts';

/** An attack pattern in memory: signatures that were seen together, and what is known of them. */
export interface Pattern {
  /** `ATK-2026-0127`. */
  readonly id: string;
  readonly attackType: AttackType;
  readonly signatures: readonly string[];
  readonly firstSeen: Timestamp;
  readonly lastSeen: Timestamp;
  readonly occurrences: number;
  /** Bounded; the smallest by text are kept, whatever order they came in. */
  readonly sources: readonly Address[];
  readonly ports: readonly number[];
  /** 1-10. */
  readonly severity: number;
  /** Occurrences by hour of the day, UTC, 24 numbers. */
  readonly hours: readonly number[];
  readonly blocks: number;
  readonly nodes: readonly string[];
  readonly region: string;
}

/** What is known of one source address. */
export interface Attacker {
  readonly address: Address;
  readonly firstSeen: Timestamp;
  readonly lastSeen: Timestamp;
  readonly sessions: number;
  /** 0-100, the highest risk seen. */
  readonly threatScore: number;
  readonly attackTypes: readonly AttackType[];
  readonly tools: readonly string[];
  readonly nodes: readonly string[];
}

/** A command-and-control server and those who call it. */
export interface CcServer {
  readonly address: Address;
  readonly port: number;
  readonly firstDetected: Timestamp;
  readonly lastSeen: Timestamp;
  /** Suspicion 0-100 by bot address. */
  readonly bots: Readonly<Record<string, number>>;
  /** 0-100. */
  readonly score: number;
  /** 0-100. */
  readonly confidence: number;
  readonly blocked: boolean;
  readonly nodes: readonly string[];
  readonly heartbeatSeconds?: number;
}
