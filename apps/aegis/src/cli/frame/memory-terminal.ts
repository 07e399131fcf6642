import type { Terminal, TerminalStream } from './terminal.ts';

/** A terminal that remembers, for tests of commands. */
export interface MemoryTerminal extends Terminal {
  readonly output: () => string;
  readonly errors: () => string;
}

export interface MemoryTerminalOptions {
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly rows?: number;
  readonly colour?: boolean;
}

export function memoryTerminal(options: MemoryTerminalOptions = {}): MemoryTerminal {
  const { isTTY = false, columns = 100, rows = 50, colour = false } = options;
  const written = { stdout: '', stderr: '' };
  const stream = (name: keyof typeof written): TerminalStream => ({
    write(text) {
      written[name] += text;
    },
    isTTY,
    columns,
    rows,
    colour,
  });
  return {
    stdout: stream('stdout'),
    stderr: stream('stderr'),
    output: () => written.stdout,
    errors: () => written.stderr,
  };
}
