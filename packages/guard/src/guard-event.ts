import type { AddressBan, CaseRecord } from '@aegis/ports';
import type { ClientState } from './states/client-state.ts';
import type { Violation } from './states/violation.ts';

/** Why a client came into a state. */
export type Reason = Violation | 'expired' | 'operator' | 'approved' | 'overturned' | 'mode_changed';

/** Something that an operator, or another server, may want to know. `enforced` is false in observe mode. */
export type GuardEvent =
  | {
      readonly kind: 'transition';
      readonly user: string;
      readonly from: ClientState;
      readonly to: ClientState;
      readonly reason: Reason;
      readonly at: number;
      /** `Infinity` where only an operator ends it. */
      readonly until: number;
      readonly enforced: boolean;
      /** The case that a sanction may be contested under. */
      readonly caseId?: string;
    }
  | { readonly kind: 'ip_ban'; readonly ban: AddressBan; readonly enforced: boolean }
  | { readonly kind: 'ip_lift'; readonly address: string; readonly reason: 'expired' | 'operator' }
  | { readonly kind: 'case'; readonly record: CaseRecord };
