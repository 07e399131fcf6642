import type { Nft } from './nft.ts';

/** Tells what it would do, and does nothing. */
export function createDryRunNft(tell: (commands: string) => void): Nft {
  return {
    name: 'dry run',
    async run(commands) {
      tell(commands);
      return '';
    },
    close() {},
  };
}
