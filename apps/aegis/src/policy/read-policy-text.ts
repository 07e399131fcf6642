import { checkPolicy, type Policy, type PolicyIssue } from '@aegis/decide';
import { CONFIG_FILE_LIMIT, readYamlFile, type YamlWords } from '../config/yaml-file.ts';
import { withSuggestion } from './with-suggestion.ts';

/** An issue and where it is in the file, from 1. */
export interface PlacedIssue {
  readonly severity: PolicyIssue['severity'];
  readonly line: number;
  readonly column: number;
  /** `strategies[0].weight`; empty for the whole file. */
  readonly place: string;
  readonly message: string;
}

export interface PolicyReading {
  /** Absent where there is an error. */
  readonly policy?: Policy;
  /** In the order of the file, errors before warnings of the same place. */
  readonly issues: readonly PlacedIssue[];
}

/** The largest policy that is read, bytes. */
const MOST_BYTES = CONFIG_FILE_LIMIT;

const WORDS: YamlWords = Object.freeze({
  what: 'a policy',
  beginning: '"strategies:" with "- name: operator" below it',
});

/** Reads a policy in YAML or JSON, which is YAML as well, and tells all that is to be said of it. Never throws. */
export function readPolicyText(file: string, bytes: Uint8Array): PolicyReading {
  if (bytes.length > MOST_BYTES) {
    const message = `larger than ${MOST_BYTES} bytes, the most that a policy may have`;
    return { issues: [{ severity: 'error', line: 1, column: 1, place: '', message }] };
  }
  const read = readYamlFile(file, bytes, WORDS);
  if (!read.ok) {
    const issues = read.error.map(({ message, origin }): PlacedIssue => {
      const { line, column } = origin?.kind === 'file' ? origin : { line: 1, column: 1 };
      return { severity: 'error', line, column, place: '', message };
    });
    return { issues };
  }
  const { tree, locate } = read.value;
  const { policy, issues } = checkPolicy(tree);
  const placed = issues.map(withSuggestion).map(
    ({ severity, path, about, message }): PlacedIssue => ({
      severity,
      ...locate(path, about),
      place: placeOf(path),
      message,
    }),
  );
  placed.sort((a, b) => a.line - b.line || a.column - b.column);
  return { ...(policy !== undefined && { policy }), issues: placed };
}

function placeOf(path: PolicyIssue['path']): string {
  return path.reduce<string>(
    (place, part) =>
      typeof part === 'number' ? `${place}[${part}]` : place === '' ? part : `${place}.${part}`,
    '',
  );
}
