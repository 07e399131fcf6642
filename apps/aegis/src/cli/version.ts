import { Command } from 'commander';
import { VERSION } from '../node/version.ts';
import type { CommandContext } from './frame/command-context.ts';
import { outputFor } from './frame/output.ts';

const EXAMPLES = `
Examples:
  aegis version
  aegis version --json | jq -r .sqlite
`;

/** `aegis version`: what to put into a report of a defect. */
export function versionCommand({ terminal }: CommandContext): Command {
  return new Command('version')
    .description('tell the versions of Aegis and of what it runs on')
    .option('--json', 'answer as JSON')
    .addHelpText('after', EXAMPLES)
    .action((options: { readonly json?: boolean }) => {
      const answer = {
        aegis: VERSION,
        node: process.versions.node,
        sqlite: process.versions.sqlite ?? 'none',
        openssl: process.versions.openssl ?? 'none',
        platform: `${process.platform} ${process.arch}`,
      };
      outputFor(terminal, options).answer(answer, (style) =>
        Object.entries(answer).map(
          ([name, version]) => `${name.padEnd(8)}  ${name === 'aegis' ? style.strong(version) : version}`,
        ),
      );
    });
}
