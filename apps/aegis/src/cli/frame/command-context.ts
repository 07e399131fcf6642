import type { Clock } from '@aegis/model';
import type { Environment } from '../../config/environment.ts';
import type { ReadFile } from '../../config/read-file.ts';
import type { ExitCode } from './exit-codes.ts';
import type { Keyboard } from './keyboard.ts';
import type { Terminal } from './terminal.ts';

/** The world of a command, made once in `main.ts`. */
export interface Surroundings {
  readonly terminal: Terminal;
  readonly env: Environment;
  readonly cwd: string;
  readonly hostname: string;
  readonly clock: Clock;
  readonly readFile: ReadFile;
  /** Aborted by SIGINT and SIGTERM. */
  readonly signal: AbortSignal;
  /** Absent where nobody sits at one. */
  readonly keyboard?: Keyboard;
}

/** What every command is given. */
export interface CommandContext extends Surroundings {
  /** Says the exit code of a command that worked and has a finding; the gravest one counts. */
  readonly exit: (code: ExitCode) => void;
}
