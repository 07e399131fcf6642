import { type ProgramCommand, runProgram } from '@aegis/packet-filter';
import type { Nft } from './nft.ts';

/** The program `nft`, started anew for each transaction: 4 to 20 ms. Where libnftables is missing. */
export function createSpawnedNft(command: ProgramCommand = ['nft']): Nft {
  return {
    name: command.join(' '),
    run: (commands) => runProgram([...command, '-f', '-'], commands, 'nftables'),
    close() {},
  };
}
