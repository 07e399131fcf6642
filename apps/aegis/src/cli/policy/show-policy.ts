import { Command } from 'commander';
import type { PolicyInForceDocument, PolicyVersionDocument } from '../../http/documents/policy-document.ts';
import { type ConnectOptions, connect, withConnection } from '../connect.ts';
import { fold } from '../fold.ts';
import type { CommandContext } from '../frame/command-context.ts';
import { outputFor } from '../frame/output.ts';
import { printable } from '../frame/printable.ts';
import type { Style } from '../frame/style.ts';
import { renderTable } from '../frame/table.ts';
import { fadingText, takenText } from './change-lines.ts';
import { versionNumber } from './version-number.ts';

/** Prefixes of a list that are shown; `--json` has all. */
const SHOWN = 20;

/** `aegis policy show`. */
export function showCommand(context: CommandContext): Command {
  return withConnection(new Command('show'))
    .description('the policy in force, or an earlier version of it')
    .argument('[version]', 'of the history (default: the one in force)')
    .action(async (version: string | undefined, options: ConnectOptions) => {
      const client = connect(context, options);
      const output = outputFor(context.terminal, options);
      const standing =
        version === undefined ? await client.policy() : await client.policyVersion(versionNumber(version));
      output.answer(standing, (style) => policyLines(standing, output.width, style));
    });
}

function policyLines(
  standing: PolicyVersionDocument | PolicyInForceDocument,
  width: number,
  style: Style,
): readonly string[] {
  const { policy } = standing;
  const inForce = 'node_protects' in standing ? standing : undefined;
  const strategies = policy.strategies.map((strategy, at) => [
    String(at + 1),
    strategy.name,
    takenText(strategy),
    String(strategy.weight),
    fadingText(strategy),
    strategy.mode,
  ]);
  const { limits, proposals } = policy;
  return [
    headline(standing, style),
    '',
    ...renderTable(
      [
        { title: '', align: 'right' },
        { title: 'strategy', shrinks: true },
        { title: 'takes', shrinks: true },
        { title: 'weight', align: 'right' },
        { title: 'age' },
        { title: 'mode', mark: (cell, row) => modeMark(cell, policy.strategies[row]?.mode, style) },
      ],
      strategies,
      { width, heading: style.faint },
    ),
    '',
    ...listLines('exempt', policy.exempt, width),
    ...listLines('protected', policy.protected, width),
    ...(inForce === undefined ? [] : listLines('and here', inForce.node_protects, width)),
    `limits      at most ${limits.max_duration}, IPv4 /${limits.widest_ipv4} and IPv6 /${limits.widest_ipv6} or longer`,
    `proposals   confidence ${proposals.min_confidence} and more; repeated x${proposals.repeat.factor} up to ${proposals.repeat.max}`,
    ...(inForce?.overruled ?? []).map((text) => `${style.warn('note')}        ${printable(text)}`),
  ];
}

function headline(
  { version, policy, source, at, author, reason }: PolicyVersionDocument,
  style: Style,
): string {
  const title = style.strong(`policy ${printable(policy.name)}, version ${version}`);
  const from = source === 'config' ? 'from the config' : '';
  const who =
    author === undefined
      ? ''
      : `${at?.slice(0, 19).replace('T', ' ')}Z by ${author}: ${printable(reason ?? '')}`;
  return [title, ...[from, who].filter(Boolean)].join('  ');
}

function modeMark(cell: string, mode: string | undefined, { good, warn, faint }: Style): string {
  return mode === 'enforce' ? good(cell) : mode === 'shadow' ? warn(cell) : faint(cell);
}

function listLines(label: string, prefixes: readonly string[], width: number): readonly string[] {
  const more = prefixes.length - SHOWN;
  const shown = prefixes.slice(0, SHOWN).join(', ') || 'none';
  return fold(more > 0 ? `${shown} and ${more} more with --json` : shown, width, label.padEnd(12));
}
