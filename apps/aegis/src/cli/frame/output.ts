import { type Style, styleFor } from './style.ts';
import type { Terminal } from './terminal.ts';

/** How a command speaks: answers on standard output, words about the work on standard error. */
export interface Output {
  readonly json: boolean;
  readonly style: Style;
  /** Cells a line of an answer. */
  readonly width: number;
  /** One answer: a JSON line with `--json`, else the lines for a person. */
  answer(value: unknown, lines: (style: Style) => readonly string[]): void;
  /** A line for the person, never part of the answer. */
  note(line: string): void;
}

export function outputFor(
  { stdout, stderr }: Terminal,
  { json = false }: { readonly json?: boolean | undefined },
): Output {
  const style = styleFor(stdout.colour && !json);
  return {
    json,
    style,
    get width() {
      return stdout.columns;
    },
    answer(value, lines) {
      if (json) stdout.write(`${JSON.stringify(value)}\n`);
      else for (const line of lines(style)) stdout.write(`${line}\n`);
    },
    note: (line) => stderr.write(`${line}\n`),
  };
}
