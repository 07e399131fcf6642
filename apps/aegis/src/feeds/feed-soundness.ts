import type { FeedSummary } from '@aegis/indicators';

/**
 * Why what was fetched is not a new state of the feed but a broken answer: of no known format, or with more entries
 * that cannot be read than others. A list that says nothing but comments is empty, and sound.
 */
export function brokenBecause({
  format,
  why,
  taken,
  declined,
  unreadable,
  examples,
}: FeedSummary): string | undefined {
  if (format === undefined) return why;
  if (unreadable <= taken + declined) return why.startsWith('line ') ? why : undefined;
  const [first] = examples;
  const where = first === undefined ? '' : `, the first in line ${first.line}: ${first.reason}`;
  return `${unreadable} of ${taken + declined + unreadable} entries cannot be read as ${format}${where}`;
}
