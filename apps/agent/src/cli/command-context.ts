import type { Clock, Random } from '@aegis/model';

/** The world of a command, made once in `main.ts`. */
export interface CommandContext {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Standard output. */
  readonly write: (text: string) => void;
  /** Standard error. */
  readonly complain: (text: string) => void;
  readonly exit: (code: number) => void;
  readonly clock: Clock;
  readonly random: Random;
  /** Aborted by SIGINT and SIGTERM. */
  readonly signal: AbortSignal;
}

/** 2: the config or the command line is wrong. */
export const BAD_CONFIG = 2;
