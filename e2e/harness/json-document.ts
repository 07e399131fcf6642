import { expect } from 'vitest';

/** What `--json` printed, which must be one document on one line. */
export function jsonDocument<T = unknown>(stdout: string): T {
  expect(stdout.endsWith('\n'), `ends with a newline: ${stdout}`).toBe(true);
  expect(stdout.trimEnd().split('\n'), 'is one line').toHaveLength(1);
  return JSON.parse(stdout) as T;
}
