import type { SessionRecord } from '@aegis/model';
import type { AuditEntry } from '@aegis/ports';
import type { DecisionEventDocument, StandingDocument } from '../http/documents/decision-document.ts';
import type { AgentDocument } from '../http/documents/fleet-document.ts';
import type { AttackerDocument, NextStageDocument } from '../http/documents/memory-document.ts';

export interface ImportReport {
  readonly added: number;
  readonly rejected: readonly { readonly line: number; readonly message: string }[];
  readonly rejected_count: number;
}

export interface AgentPage {
  readonly agents: readonly AgentDocument[];
  readonly next?: string;
}

export interface AgentReport {
  readonly agent: AgentDocument;
  /** null: none. */
  readonly wanted: unknown;
  readonly effective?: string;
}

export interface AttackerReport {
  readonly attacker: AttackerDocument;
  readonly next_stage?: NextStageDocument;
}

/** What became of flows that were pushed. */
export interface FlowReport {
  readonly accepted: number;
  readonly refused: number;
  readonly rejected: readonly { readonly line: number; readonly message: string }[];
  readonly rejected_count: number;
}

export interface GuardStatusDocument {
  readonly mode: string;
  readonly shadow_ban: string;
  readonly clients: number;
  readonly states: Readonly<Record<string, number>>;
  readonly trust: Readonly<Record<string, number>>;
  readonly calls: number;
  readonly refused: number;
  readonly delayed: number;
  readonly dropped: number;
  readonly triggers: Readonly<Record<string, number>>;
  readonly ip_bans: Readonly<Record<string, number>>;
  readonly open_cases: number;
}

export interface DecisionPageDocument {
  readonly decisions: readonly StandingDocument[];
  readonly next?: string;
}

export interface DecisionHistoryDocument {
  readonly standing: StandingDocument;
  readonly history: readonly DecisionEventDocument[];
}

export interface AuditEntryDocument extends Omit<AuditEntry, 'at'> {
  /** ISO 8601. */
  readonly at: string;
}

/** A CrowdSec agent. */
export interface MachineDocument {
  readonly id: string;
  readonly approved: boolean;
  readonly created: string;
}

export interface SessionPage {
  readonly sessions: readonly SessionRecord[];
  readonly next?: string;
}
