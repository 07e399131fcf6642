import type { Environment } from '../../config/environment.ts';

/** One of the two streams a command writes to. */
export interface TerminalStream {
  write(text: string): void;
  /** Whether a person may be looking: lines can be redrawn. */
  readonly isTTY: boolean;
  /** Characters a line; may change. */
  readonly columns: number;
  /** Lines that are seen at once; may change. */
  readonly rows: number;
  readonly colour: boolean;
}

/** Where a command writes, passed in so that tests can read it. */
export interface Terminal {
  /** Answers. With `--json` nothing else than JSON. */
  readonly stdout: TerminalStream;
  /** Everything about the work itself: progress, notes, errors. */
  readonly stderr: TerminalStream;
}

/** What is used of a Node stream. */
export interface WritableLike {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly rows?: number;
}

/** Where nothing tells the size, files and pipes, nothing is cut. */
const NO_SIZE = 10_000;

/** The terminal of a process; the environment is only asked about colours. */
export function processTerminal(stdout: WritableLike, stderr: WritableLike, env: Environment): Terminal {
  return { stdout: streamOf(stdout, env), stderr: streamOf(stderr, env) };
}

function streamOf(stream: WritableLike, env: Environment): TerminalStream {
  const isTTY = stream.isTTY === true;
  return {
    write: (text) => void stream.write(text),
    isTTY,
    get columns() {
      return stream.columns !== undefined && stream.columns > 0 ? stream.columns : NO_SIZE;
    },
    get rows() {
      return stream.rows !== undefined && stream.rows > 0 ? stream.rows : NO_SIZE;
    },
    colour: wantsColour(isTTY, env),
  };
}

/** https://no-color.org and https://force-color.org: any text but none counts. */
function wantsColour(isTTY: boolean, env: Environment): boolean {
  if ((env.NO_COLOR ?? '') !== '') return false;
  if ((env.FORCE_COLOR ?? '') !== '' && env.FORCE_COLOR !== '0') return true;
  return isTTY && env.TERM !== 'dumb';
}
