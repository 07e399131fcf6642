/** One way in for bytes that others write. */
export interface Face {
  readonly name: string;
  readonly seeds: readonly (string | Buffer)[];
  /** YAML takes a millisecond or two, all else far less: it is given a tenth of the inputs. */
  readonly slow?: boolean;
  /**
   * Takes an input as the program would. May throw an AegisError, which says what was wrong; returns what must not
   * have been believed, or undefined.
   */
  readonly feed: (bytes: Buffer, text: string) => string | undefined | Promise<string | undefined>;
}

export function face(name: string, seeds: Face['seeds'], take: (bytes: Buffer, text: string) => void): Face {
  return {
    name,
    seeds,
    feed: (bytes, text) => {
      take(bytes, text);
      return undefined;
    },
  };
}
