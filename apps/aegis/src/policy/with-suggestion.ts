import type { PolicyIssue } from '@aegis/decide';
import { suggest } from '../config/suggest.ts';

/** The issue with what was probably meant, where something unknown was written. */
export function withSuggestion(issue: PolicyIssue): PolicyIssue {
  const { unknown, message } = issue;
  const meant = unknown === undefined ? undefined : suggest(unknown.written, unknown.known);
  if (meant === undefined) return issue;
  return { ...issue, message: `${message.replace(/; known are .*$/, '')}; did you mean ${meant}?` };
}
