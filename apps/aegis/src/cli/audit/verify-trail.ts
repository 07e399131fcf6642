import { createReadStream } from 'node:fs';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';
import type { Agreement, Verification } from '@aegis/trail';
import { Command } from 'commander';
import { copiesIn } from '../../trail/checkpoint-copies.ts';
import { verifyExport } from '../../trail/trail-export.ts';
import { type ConnectOptions, connect, withConnection } from '../connect.ts';
import { fold } from '../fold.ts';
import type { CommandContext } from '../frame/command-context.ts';
import { CommandError, EXIT_CODES } from '../frame/exit-codes.ts';
import { outputFor } from '../frame/output.ts';
import { printable } from '../frame/printable.ts';
import { readText, readVerifier } from './read-verifier.ts';

interface VerifyOptions extends ConnectOptions {
  readonly file?: string;
  readonly key?: string;
  readonly copies?: string;
  readonly peers?: boolean;
}

/** `aegis audit verify`. */
export function verifyCommand(context: CommandContext): Command {
  return withConnection(new Command('verify'))
    .description('find what was changed, removed, put in or reordered, and where')
    .option(
      '--file <file>',
      'an exported trail, without any node (default: the trail of the node, and its ledger)',
    )
    .option(
      '--key <file>',
      'the public key to believe, such as trail.pub (default: the one that comes with the trail)',
    )
    .option(
      '--copies <file>',
      'checkpoints that were copied elsewhere: the file in trail.copy_folder, or a syslog',
    )
    .option('--peers', 'also what this node has found of the trails of the other nodes of its mesh')
    .addHelpText(
      'after',
      '\nWithout --key and --copies it is shown that the trail agrees with itself.\nWhoever has the node in hand can write it anew as a whole: only those two tell.',
    )
    .action(async ({ file, key, copies, peers = false, ...options }: VerifyOptions) => {
      const output = outputFor(context.terminal, options);
      const given = key === undefined ? undefined : readVerifier(context, key, '');
      const copied = copies === undefined ? [] : copiesIn(readText(context, copies));
      const api = file === undefined ? connect(context, options) : undefined;
      const lines =
        api === undefined ? fileLines(resolve(context.cwd, file ?? '')) : linesOf(await api.exportTrail());
      const verified = await verifyExport(lines, given, copied);
      if (!verified.ok)
        throw new CommandError(
          EXIT_CODES.usage,
          'bad_trail',
          `${file ?? 'the trail'}: ${verified.error.message}`,
        );
      const { verification, verifier } = verified.value;
      const agreement = await api?.agreement();
      const others = peers ? await api?.listPeerTrails() : undefined;
      const findings = [
        ...verification.findings,
        ...(agreement?.findings ?? []),
        ...(others ?? []).flatMap(({ finding }) => finding ?? []),
      ];
      const held = { key: given !== undefined, copies: copied.length };
      output.answer(
        {
          ...verification,
          findings,
          signer: verifier.signer,
          held_against: held,
          ...(agreement && { ledger: agreement }),
          ...(others && { peers: others }),
        },
        ({ good, bad, faint }) => [
          ...findings.flatMap(({ message }) =>
            fold(printable(message), output.width, `${bad('wrong')}  `, '       '),
          ),
          findings.length === 0
            ? `${good('sound')}  ${summary(verification, agreement)}`
            : summary(verification, agreement),
          ...(others ?? []).flatMap(({ node, entries, heard, finding }) =>
            finding === undefined
              ? [`${good('sound')}  ${printable(node)}: ${entries} entries, heard of at ${heard}`]
              : [],
          ),
          ...(held.key && held.copies > 0 ? [] : [faint(missing(held))]),
        ],
      );
      if (findings.length > 0) context.exit(EXIT_CODES.failed);
    });
}

function summary({ entries, checkpoints, signed }: Verification, agreement: Agreement | undefined): string {
  const trail = `${entries} entries, ${signed} of them under ${checkpoints} signed checkpoints`;
  return agreement === undefined ? trail : `${trail}; ${agreement.same} records of the ledger are the same`;
}

function missing({ key, copies }: { readonly key: boolean; readonly copies: number }): string {
  const without = [...(key ? [] : ['--key']), ...(copies > 0 ? [] : ['--copies'])].join(' and ');
  return `verified without ${without}: see aegis audit verify --help`;
}

async function* fileLines(path: string): AsyncGenerator<string> {
  try {
    yield* createInterface({ input: createReadStream(path), crlfDelay: Number.POSITIVE_INFINITY });
  } catch (error) {
    throw new CommandError(
      EXIT_CODES.usage,
      'unreadable',
      `${path} cannot be read: ${(error as Error).message}`,
    );
  }
}

async function* linesOf(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of chunks) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
  }
  if (rest !== '') yield rest;
}
