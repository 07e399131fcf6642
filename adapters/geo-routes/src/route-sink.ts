/** Takes what a parser finds. */
export interface RouteSink {
  /** `words` without host bits, valid during the call; `origin` above 0. */
  route(family: 4 | 6, words: Uint32Array, length: number, origin: number): void;
  /** A prefix whose origin cannot be told. */
  unknown(): void;
  /** Something that cannot be read; the place and the reason in words. */
  mistake(what: string): void;
}
