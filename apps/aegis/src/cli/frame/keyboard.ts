/** The keys that somebody presses. */
export interface Keyboard {
  /** Tells of each key as it is pressed, without echo; returns the way to stop, which gives the terminal back. */
  listen(onKey: (key: string) => void): () => void;
}

/** What is used of standard input. */
export interface ReadableLike {
  readonly isTTY?: boolean;
  setRawMode?(raw: boolean): unknown;
  on(event: 'data', listener: (chunk: Buffer) => void): unknown;
  off(event: 'data', listener: (chunk: Buffer) => void): unknown;
  resume(): unknown;
  pause(): unknown;
}

/** The keyboard of a process; undefined where its input is no terminal. */
export function processKeyboard(input: ReadableLike): Keyboard | undefined {
  if (input.isTTY !== true) return undefined;
  return {
    listen(onKey) {
      const listener = (chunk: Buffer): void => {
        for (const key of chunk.toString()) onKey(key);
      };
      input.setRawMode?.(true);
      input.on('data', listener);
      input.resume();
      return () => {
        input.off('data', listener);
        input.setRawMode?.(false);
        input.pause();
      };
    },
  };
}
