/** One run of a program. No word of ours needs quoting in a shell. */
export interface Step {
  /** `['ipset', 'restore']`. */
  readonly command: readonly [program: string, ...words: string[]];
  /** For its standard input. */
  readonly input?: string;
}

/** Something that takes steps, in the network namespace of this process: the programs themselves, or a dry run. */
export interface Tools {
  /** For people. */
  readonly name: string;
  /** One after the other; what each printed. Rejects at the first that fails, with what it says. */
  run(steps: readonly Step[]): Promise<readonly string[]>;
}

/** A few short commands at once; it ends at the first that fails. */
export function script(lines: readonly string[]): Step {
  return { command: ['sh', '-e'], input: `${lines.join('\n')}\n` };
}
