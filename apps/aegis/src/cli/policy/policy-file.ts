import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Policy } from '@aegis/decide';
import { type PlacedIssue, type PolicyReading, readPolicyText } from '../../policy/read-policy-text.ts';
import type { CommandContext } from '../frame/command-context.ts';
import { CommandError, EXIT_CODES } from '../frame/exit-codes.ts';
import { printable } from '../frame/printable.ts';

/** Reads a policy file, `-` for standard input. Throws CommandError where there is none to read. */
export function readPolicyFile(file: string, { cwd }: CommandContext): PolicyReading {
  return readPolicyText(file, bytesOf(file, cwd));
}

/** The policy of a file; its warnings are told. Throws CommandError with every error, each with its line. */
export function requirePolicy(file: string, context: CommandContext): Policy {
  const { policy, issues } = readPolicyFile(file, context);
  if (policy === undefined) throw notAPolicy(file, issues);
  for (const issue of issues) context.terminal.stderr.write(`${issueLine(file, issue)}\n`);
  return policy;
}

export function notAPolicy(file: string, issues: readonly PlacedIssue[]): CommandError {
  const errors = issues.filter(({ severity }) => severity === 'error').length;
  const count = errors === 1 ? 'one error' : `${errors} errors`;
  return new CommandError(
    EXIT_CODES.usage,
    'bad_policy',
    `${file} is no policy: ${count}`,
    issues.map((issue) => issueLine(file, issue)),
  );
}

/** `policy.yaml:3:11: error: strategies[0].weight expected number; found "x"`. */
export function issueLine(file: string, { severity, line, column, place, message }: PlacedIssue): string {
  const what = place === '' ? message : `${place} ${message}`;
  return `${file}:${line}:${column}: ${severity}: ${printable(what)}`;
}

function bytesOf(file: string, cwd: string): Uint8Array {
  try {
    return readFileSync(file === '-' ? 0 : resolve(cwd, file));
  } catch (error) {
    const message = `${file} cannot be read: ${(error as Error).message}`;
    throw new CommandError(EXIT_CODES.usage, 'unreadable', message);
  }
}
