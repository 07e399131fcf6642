import type { Decision } from '@aegis/model';
import { granularityOf } from '../granularity.ts';
import type { IndicatorList, IndicatorSource } from '../indicator-source.ts';
import { matchesByTheBook } from '../match-by-the-book.ts';

/** Lists of a few decisions, matched one after the other. */
export function listsOf(decisions: readonly Decision[]): IndicatorSource {
  const lists: IndicatorList[] = [];
  const listOf = decisions.map(({ origin, action }) => {
    const known = lists.findIndex((list) => list.origin === origin && list.action === action);
    return known >= 0 ? known : lists.push({ origin, action }) - 1;
  });
  const at = (row: number): Decision => decisions[row] as Decision;
  return {
    size: decisions.length,
    lists,
    usesPlace: decisions.some(({ scope }) => ['as', 'as_name', 'country', 'continent'].includes(scope)),
    mostMatches: decisions.length,
    match(request, _family, _words, out, offset) {
      let count = 0;
      for (const [row, decision] of decisions.entries()) {
        if (matchesByTheBook(decision, request)) out[offset + count++] = row;
      }
      return count;
    },
    list: (row) => listOf[row] as number,
    scope: (row) => at(row).scope,
    created: (row) => at(row).created,
    expires: (row) => at(row).expires,
    weight: (row) => at(row).weight,
    granularity: (row) => granularityOf(at(row)),
    decision: (row) => ({ ...at(row) }),
    find: (id) => decisions.find((each) => each.id === id),
    decisions: () => decisions.values(),
  };
}
