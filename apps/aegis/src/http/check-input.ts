import { Result } from '@aegis/model';
import type { z } from 'zod';
import { badRequest, type Mistake, type Problem } from './problem.ts';

/** Mistakes that are named in one answer; the first ones are enough to mend a request. */
const MAX_MISTAKES = 50;
const MAX_MESSAGE = 300;

/** Checks one part of a request, `query` or `body`, against its schema. */
export function checkInput<T>(part: string, value: unknown, schema: z.ZodType<T>): Result<T, Problem> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return Result.ok(parsed.data);
  return Result.err(badRequest(`The ${part} is not as it should be.`, mistakesOf(part, parsed.error)));
}

/** The mistakes that a schema found, each with its place: `body[3].value`. */
export function mistakesOf(root: string, error: z.ZodError): readonly Mistake[] {
  return error.issues.flatMap((issue) => flatten(root, issue)).slice(0, MAX_MISTAKES);
}

type Issue = z.core.$ZodIssue;

function flatten(root: string, issue: Issue): readonly Mistake[] {
  const where = placeOf(root, issue.path);
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => ({ where: placeOf(where, [key]), message: 'is not known here' }));
  if (issue.code === 'invalid_union') {
    const nearest = nearestBranch(issue.errors);
    if (nearest !== undefined) return nearest.flatMap((inner) => flatten(where, inner));
  }
  return [{ where, message: bounded(issue.message) }];
}

/** Of a union the form that was meant: the one whose first mistake lies deepest. */
function nearestBranch(branches: readonly Issue[][]): readonly Issue[] | undefined {
  const depth = (branch: readonly Issue[] | undefined): number => branch?.[0]?.path.length ?? -1;
  return branches.reduce<Issue[] | undefined>(
    (best, branch) => (depth(branch) > depth(best) ? branch : best),
    undefined,
  );
}

function placeOf(root: string, path: readonly PropertyKey[]): string {
  return bounded(
    path.reduce<string>(
      (place, key) => place + (typeof key === 'number' ? `[${key}]` : `.${String(key)}`),
      root,
    ),
  );
}

function bounded(text: string): string {
  return text.length > MAX_MESSAGE ? `${text.slice(0, MAX_MESSAGE - 1)}…` : text;
}
