import { AegisError } from '@aegis/model';

/** What a command's exit status says; the same for every command. */
export type ExitCode = 0 | 1 | 2 | 3 | 4 | 5 | 130;

export const EXIT_CODES: {
  /** It did what was asked. */
  readonly ok: 0;
  /** It could not, for a reason that none of the others names. */
  readonly failed: 1;
  /** The command line, the config or the input was wrong; doing the same again will fail again. */
  readonly usage: 2;
  /** It worked, and the answer is a refusal: the checked client is blocked. */
  readonly refused: 3;
  /** The node or a store could not be reached; doing the same later may work. */
  readonly unreachable: 4;
  /** What was named is not there. */
  readonly notFound: 5;
  /** Ended by Ctrl-C or SIGTERM before it was done. */
  readonly interrupted: 130;
} = Object.freeze({ ok: 0, failed: 1, usage: 2, refused: 3, unreachable: 4, notFound: 5, interrupted: 130 });

/** For help texts and documents. */
export const EXIT_CODE_MEANINGS: readonly (readonly [ExitCode, string])[] = [
  [EXIT_CODES.ok, 'done'],
  [EXIT_CODES.failed, 'failed'],
  [EXIT_CODES.usage, 'wrong usage, config or input'],
  [EXIT_CODES.refused, 'the answer is a refusal: blocked'],
  [EXIT_CODES.unreachable, 'node or store not reachable'],
  [EXIT_CODES.notFound, 'not found'],
  [EXIT_CODES.interrupted, 'interrupted'],
];

/** The one place where a failure becomes an exit code. Codes of faults are mapped by how they end. */
export function exitCodeOf(error: unknown): ExitCode {
  if (error instanceof CommandError) return error.exitCode;
  if (error instanceof Error && error.name === 'AbortError') return EXIT_CODES.interrupted;
  if (!(error instanceof AegisError)) return EXIT_CODES.failed;
  if (/(^|_)(unavailable|unreachable|full)$/.test(error.code)) return EXIT_CODES.unreachable;
  if (/(^|_)(not_found|gone)$/.test(error.code)) return EXIT_CODES.notFound;
  return /^(bad|invalid)_|_(conflict|invalid)$/.test(error.code) ? EXIT_CODES.usage : EXIT_CODES.failed;
}

/** An expected end of a command that is no success: what a `Result`'s error becomes, once, in the command. */
export class CommandError extends AegisError {
  readonly exitCode: ExitCode;
  /** More lines for the person, and `details` of the error in `--json`. */
  readonly details: readonly string[];

  constructor(exitCode: ExitCode, code: string, message: string, details: readonly string[] = []) {
    super(code, message);
    this.name = 'CommandError';
    this.exitCode = exitCode;
    this.details = details;
  }
}
