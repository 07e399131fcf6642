import type { Action, Scope } from '@aegis/model';
import type { ActivePolicy, ActiveStrategy } from './active-policy.ts';

/** What decides which strategy takes a decision, and what it does: shared by many decisions. */
export interface DecisionKind {
  readonly origin: string;
  readonly scope: Scope;
  readonly action: Action;
  /** The policy under which `strategy` was looked up; looked up again when it is another. */
  policy: ActivePolicy | undefined;
  strategy: ActiveStrategy | undefined;
}

export function newKind(origin: string, scope: Scope, action: Action): DecisionKind {
  return { origin, scope, action, policy: undefined, strategy: undefined };
}
