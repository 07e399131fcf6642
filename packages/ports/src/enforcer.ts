import type { Decision } from '@aegis/model';

/**
 * Port: something that makes decisions felt: a firewall, a proxy.
 *
 * A caller may assume: a batch takes effect whole or not at all; applying a decision again (same id) replaces
 * it; retracting an unknown id is no error; an expired decision is not in force even where nobody retracts
 * it; only decisions of a scope that `supports` names are given. Throws AegisError `enforcer_unavailable`.
 */
export interface Enforcer {
  /** Short and stable, for logs and metrics: `nftables`, `memory`. */
  readonly name: string;
  supports(decision: Decision): boolean;
  apply(changes: readonly EnforcerChange[]): Promise<void>;
  /** What is in force now, ordered by id. */
  list(): Promise<readonly Decision[]>;
  /** Removes everything of ours and nothing else. */
  clear(): Promise<void>;
  close(): Promise<void>;
}

export type EnforcerChange =
  | { readonly kind: 'enforce'; readonly decision: Decision }
  | { readonly kind: 'retract'; readonly id: string };
