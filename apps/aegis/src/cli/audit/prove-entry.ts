import { Command } from 'commander';
import { type EntryProofDocument, proofProblem } from '../../trail/entry-proof.ts';
import { type ConnectOptions, connect, withConnection } from '../connect.ts';
import type { CommandContext } from '../frame/command-context.ts';
import { CommandError, EXIT_CODES } from '../frame/exit-codes.ts';
import { outputFor } from '../frame/output.ts';
import { printable } from '../frame/printable.ts';
import { readVerifier } from './read-verifier.ts';

interface ProveOptions extends ConnectOptions {
  readonly key?: string;
}

/** `aegis audit prove`. */
export function proveCommand(context: CommandContext): Command {
  return withConnection(new Command('prove'))
    .description('prove that an entry is on the trail')
    .argument('<entry>', 'its number on the trail, or the id of an audit entry')
    .option('--key <file>', 'public key to hold the proof against (default: the one the node says)')
    .addHelpText(
      'after',
      '\nWith --json the proof itself, for anybody to keep and check: the hashes of\nRFC 6962 and the signed checkpoint.',
    )
    .action(async (entry: string, { key, ...options }: ProveOptions) => {
      const proof: EntryProofDocument = await connect(context, options).proveEntry(entry);
      const problem = proofProblem(proof, readVerifier(context, key, proof.public_key));
      if (problem !== undefined)
        throw new CommandError(EXIT_CODES.failed, 'bad_proof', `the proof does not hold: ${problem}`);
      outputFor(context.terminal, options).answer(proof, ({ good, faint }) => [
        `${good('proved')} entry ${proof.index} is one of the ${proof.size} under the signed checkpoint`,
        ...(proof.body === undefined
          ? ['its text has expired; its hash is proved']
          : [printable(proof.body)]),
        faint(`${proof.proof.length} hashes; public key ${proof.public_key}`),
      ]);
    });
}
