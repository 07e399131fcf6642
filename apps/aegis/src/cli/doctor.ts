import { Command } from 'commander';
import type { Finding } from '../doctor/check.ts';
import { examine, type NamedFinding } from '../doctor/examine.ts';
import { fileSystemSpace } from '../doctor/file-system-space.ts';
import type { CommandContext } from './frame/command-context.ts';
import { EXIT_CODES } from './frame/exit-codes.ts';
import { outputFor } from './frame/output.ts';
import { printable } from './frame/printable.ts';
import type { Style } from './frame/style.ts';

interface DoctorOptions {
  readonly config?: string;
  readonly json?: boolean;
}

const EXAMPLES = `
Examples:
  aegis doctor                           what is wrong here, and how to mend it
  aegis doctor --config prod.yaml        with another config
  aegis doctor --json | jq '.findings[] | select(.level != "ok")'

Ends with 1 where anything fails; warnings alone end with 0. It changes nothing.
`;

/** `aegis doctor`: looks for what keeps a node from working, or from being safe. */
export function doctorCommand(context: CommandContext): Command {
  return new Command('doctor')
    .description('look for what keeps a node on this machine from working, or from being safe')
    .option('-c, --config <file>', 'config file (default: AEGIS_CONFIG, ./aegis.yaml, /etc/aegis/aegis.yaml)')
    .option('--json', 'answer as JSON')
    .addHelpText('after', EXAMPLES)
    .action(async ({ config, json }: DoctorOptions) => {
      const findings = await examine({
        ...context,
        nodeVersion: process.versions.node,
        uid: process.getuid?.(),
        spaceAt: fileSystemSpace,
        ...(config === undefined ? {} : { file: config }),
      });
      const counts = {
        ok: count(findings, 'ok'),
        warn: count(findings, 'warn'),
        fail: count(findings, 'fail'),
      };
      outputFor(context.terminal, { json }).answer({ ok: counts.fail === 0, counts, findings }, (style) => [
        ...findings.flatMap((finding) => lines(finding, style)),
        '',
        `${counts.ok} ok, ${counts.warn} to look at, ${counts.fail} failed`,
      ]);
      if (counts.fail > 0) context.exit(EXIT_CODES.failed);
    });
}

function count(findings: readonly Finding[], level: Finding['level']): number {
  return findings.filter((finding) => finding.level === level).length;
}

function lines(finding: NamedFinding, style: Style): readonly string[] {
  const mark = { ok: style.good, warn: style.warn, fail: style.bad }[finding.level];
  const first = `${mark(finding.level.padEnd(4))}  ${finding.check.padEnd(16)}  ${printable(finding.what)}`;
  if (finding.level === 'ok') return [first];
  return [first, `${' '.repeat(24)}${style.faint(`mend: ${printable(finding.mend)}`)}`];
}
