import type { Address, Timestamp } from '@aegis/model';
import type { FlowProtocol } from './flow.ts';
import type { Beacon } from './signals/beacon.ts';

/** A destination that may be a command-and-control server. */
export interface Candidate {
  readonly address: Address;
  readonly port: number;
  readonly protocol: FlowProtocol;
  readonly name?: string;
  /** 0-100: how likely it is one. */
  readonly score: number;
  /** 0-100: how much was seen that the score rests on. */
  readonly confidence: number;
  readonly heartbeatSeconds?: number;
  /** Clients of the own network that speak with it. */
  readonly clients: number;
  /** Used by so many that it must not be blocked on this evidence. */
  readonly popular: boolean;
  readonly firstSeen: Timestamp;
  readonly lastSeen: Timestamp;
  /** The most suspicious first. */
  readonly bots: readonly Bot[];
  readonly signals: readonly Signal[];
}

export interface Bot {
  readonly address: Address;
  /** 0-100. */
  readonly suspicion: number;
  readonly flows: number;
  readonly beacon?: Beacon;
  /** The gaps between its latest flows, in milliseconds, oldest first, at most 64. */
  readonly recentGaps: readonly number[];
}

/** One reason for or against. */
export interface Signal {
  readonly name: SignalName;
  /** Log-odds it is worth; below 0 it speaks against. */
  readonly weight: number;
  /** In words, with figures. */
  readonly why: string;
}

export type SignalName =
  | 'heartbeat'
  | 'uniform_payload'
  | 'long_connection'
  | 'interactive'
  | 'rare'
  | 'popular'
  | 'group'
  | 'structure'
  | 'odd_name'
  | 'odd_port'
  | 'common_service'
  | 'poller';
