import { SCOPES, type Scope } from '@aegis/model';
import type { Strategy } from './policy.ts';
import type { PolicyIssue } from './policy-issue.ts';

/** A strategy and its place in the document. */
export interface WrittenStrategy {
  readonly index: number;
  readonly strategy: Strategy;
}

/** Where this program's own decisions come from: a policy that forgets one of them ignores those decisions. */
const OWN_ORIGINS: readonly (readonly [origin: string, decisions: string])[] = [
  ['operator', 'what operators decide'],
  ['aegis', 'what this node detects'],
];

/** What is odd about strategies together: some that nothing reaches, decisions that none takes, none that enforces. */
export function reviewStrategies(written: readonly WrittenStrategy[]): readonly PolicyIssue[] {
  if (written.length === 0) return [];
  const all: PolicyIssue[] = written.flatMap((each, at) => unreachable(each, written.slice(0, at)));
  const warn = (message: string): void => {
    all.push({ severity: 'warning', path: ['strategies'], about: 'key', message });
  };
  if (written.every(({ strategy }) => strategy.mode !== 'enforce'))
    warn('no strategy is enforced: nobody would be restricted, whatever is decided');
  for (const [origin, decisions] of OWN_ORIGINS) {
    const ignored = SCOPES.filter((scope) => takerOf(written, origin, scope) === undefined);
    if (ignored.length === SCOPES.length)
      warn(`no strategy takes origin ${origin}: ${decisions} would be ignored`);
    else if (ignored.length > 0)
      warn(
        `no strategy takes origin ${origin} with scope ${ignored.join(', ')}: such decisions would be ignored`,
      );
  }
  return all;
}

function takerOf(
  written: readonly WrittenStrategy[],
  origin: string,
  scope: Scope,
): WrittenStrategy | undefined {
  return written.find(({ strategy }) => covers(strategy, origin, scope));
}

/** A decision belongs to the first strategy that takes it: what earlier ones take whole never comes here. */
function unreachable(
  { index, strategy }: WrittenStrategy,
  earlier: readonly WrittenStrategy[],
): readonly PolicyIssue[] {
  const scopes = strategy.scopes ?? SCOPES;
  const takers = strategy.origins.map((origin) => {
    const found = scopes.map((scope) => takerOf(earlier, origin, scope));
    return found.every((taker) => taker !== undefined) ? [...new Set(found)] : undefined;
  });
  const issues: PolicyIssue[] = [];
  if (takers.every((each) => each !== undefined)) {
    const names = [...new Set(takers.flat())].map((taker) => quoted(taker?.strategy.name));
    const message = `nothing reaches this strategy: ${names.join(', ')} before it takes all of its decisions; move it up or remove it`;
    issues.push({ severity: 'warning', path: ['strategies', index], about: 'value', message });
    return issues;
  }
  for (const [at, each] of takers.entries()) {
    if (each === undefined) continue;
    const names = each.map((taker) => quoted(taker?.strategy.name)).join(', ');
    const message = `never comes here: ${names} before it takes all of ${strategy.origins[at]}`;
    issues.push({ severity: 'warning', path: ['strategies', index, 'origins', at], about: 'value', message });
  }
  return issues;
}

/** Whether a strategy takes every decision of this origin (or pattern) and scope. */
function covers(strategy: Strategy, origin: string, scope: Scope): boolean {
  if (strategy.scopes !== undefined && !strategy.scopes.includes(scope)) return false;
  return strategy.origins.some((pattern) =>
    pattern.endsWith('*') ? origin.startsWith(pattern.slice(0, -1)) : origin === pattern,
  );
}

function quoted(name: string | undefined): string {
  return JSON.stringify(name ?? '');
}
