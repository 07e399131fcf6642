import type { SqlStatement } from './sql-statement.ts';

/** One thing in a token stream that speaks for SQL written by an attacker. */
export interface SqlProof {
  readonly indicator: string;
  /** How much it speaks for an attack; 50 would be enough alone. */
  readonly points: number;
  readonly danger: number;
  readonly at: number;
  readonly why: string;
  /** Reaches beyond the database. */
  readonly system?: true;
}

/** Looks at one token and what follows it, a bounded number of tokens. */
export type SqlRule = (s: SqlStatement, i: number) => SqlProof | undefined;
