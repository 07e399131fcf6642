/** Something that takes nftables commands: the library, the program, or a dry run. */
export interface Nft {
  /** For people: `libnftables 1.0.6`, `nft`. */
  readonly name: string;
  /**
   * Runs all commands as one transaction, in the network namespace of this process, and resolves with what they
   * print. Rejects with what nftables says, and then nothing has changed. One call at a time.
   */
  run(commands: string): Promise<string>;
  close(): void;
}
