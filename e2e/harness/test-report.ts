import { readFileSync } from 'node:fs';

/** How a run of vitest ended. */
export interface TestReport {
  readonly passed: number;
  /** Tests, and files and faults outside of tests that failed the run. */
  readonly failed: number;
  readonly skipped: readonly SkippedTest[];
  /** What failed besides tests, in words. */
  readonly trouble: readonly string[];
}

export interface SkippedTest {
  readonly file: string;
  readonly title: string;
}

/** What is read of vitest's JSON report. */
interface VitestReport {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly testResults: readonly {
    readonly name: string;
    readonly status: string;
    readonly message: string;
    readonly assertionResults: readonly { readonly status: string; readonly fullName: string }[];
  }[];
}

const NOT_RUN: readonly string[] = ['skipped', 'pending', 'todo', 'disabled'];

/**
 * Reads vitest's JSON report. A file that could not be loaded has no tests that could fail, an unhandled error
 * belongs to none, and a crash leaves no report at all: each is a failure all the same.
 */
export function readTestReport(file: string, exitCode: number): TestReport {
  let report: VitestReport;
  try {
    report = JSON.parse(readFileSync(file, 'utf8')) as VitestReport;
  } catch (error) {
    const trouble = `vitest ended with ${exitCode} and left no report: ${(error as Error).message}`;
    return { passed: 0, failed: 1, skipped: [], trouble: [trouble] };
  }
  const { numPassedTests, numFailedTests, testResults } = report;
  const trouble = testResults
    .filter(({ status, assertionResults }) => status === 'failed' && !assertionResults.some(isFailed))
    .map(({ name, message }) => `${name} failed outside of its tests: ${message.split('\n', 1)[0] ?? ''}`);
  const failed = numFailedTests + trouble.length;
  if (failed === 0 && exitCode !== 0)
    trouble.push(
      `no test failed, and yet vitest ended with ${exitCode}: see its output for unhandled errors`,
    );
  else if (numPassedTests === 0 && failed === 0) trouble.push('no test was run');
  const skipped = testResults.flatMap(({ name, assertionResults }) =>
    assertionResults
      .filter(({ status }) => NOT_RUN.includes(status))
      .map(({ fullName }) => ({ file: name, title: fullName })),
  );
  return { passed: numPassedTests, failed: numFailedTests + trouble.length, skipped, trouble };
}

function isFailed({ status }: { readonly status: string }): boolean {
  return status === 'failed';
}
