import type { Candidate, FlowFormat } from '@aegis/hunt';
import type { Prefix, Result } from '@aegis/model';
import type { FlowsTaken } from './live-hunt.ts';

/** What the thread of a hunt is made with: plain data. */
export interface HuntThreadData {
  readonly folder: string;
  readonly windowMs: number;
  /** Between looks at least. */
  readonly everyMs: number;
  readonly mostPairs: number;
  readonly allowed: readonly Prefix[];
}

export type HuntAsk =
  | { readonly kind: 'take'; readonly text: string; readonly format: FlowFormat | undefined }
  | { readonly kind: 'status' }
  | { readonly kind: 'candidates'; readonly leastScore: number; readonly most: number }
  | { readonly kind: 'candidates_at'; readonly address: string }
  | { readonly kind: 'close' };

/** How a hunt stands. Times in milliseconds. */
export interface HuntStatus {
  readonly flows: number;
  /** Flows that came after the last look. */
  readonly unlooked: number;
  readonly refused: number;
  readonly pairs: number;
  readonly clients: number;
  readonly bytes: number;
  readonly candidates: number;
  /** Of the flows that are remembered. */
  readonly from?: number;
  readonly to?: number;
  /** When it last looked, and how long that took. */
  readonly lookedAt?: number;
  readonly lookMs?: number;
}

export interface HuntAnswers {
  readonly take: Result<FlowsTaken, string>;
  readonly status: HuntStatus;
  readonly candidates: readonly Candidate[];
  readonly candidates_at: readonly Candidate[];
  readonly close: undefined;
}

export interface HuntRequest {
  readonly id: number;
  readonly ask: HuntAsk;
}

export type HuntMessage =
  | { readonly kind: 'answer'; readonly id: number; readonly value: HuntAnswers[HuntAsk['kind']] }
  /** It could not be done; `code` is the file system's. */
  | { readonly kind: 'failed'; readonly id: number; readonly message: string; readonly code?: string }
  /** Confirmed servers of which there is something new. */
  | { readonly kind: 'confirmed'; readonly candidates: readonly Candidate[] }
  | { readonly kind: 'looked'; readonly status: HuntStatus };
