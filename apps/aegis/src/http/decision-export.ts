import type { Decision } from '@aegis/model';
import type { DecisionQuery } from '@aegis/ports';
import { csvRecord } from '../export/csv.ts';
import type { Decisions } from '../node/services.ts';
import { type DecisionDocument, decisionDocument } from './documents/decision-document.ts';

const PAGE = 500;

/** What to look for; all pages. */
export type DecisionFilter = Omit<DecisionQuery, 'limit' | 'cursor'>;

/** Page by page: memory does not grow with the number of decisions. */
export async function* allDecisions(decisions: Decisions, filter: DecisionFilter): AsyncGenerator<Decision> {
  let cursor: string | undefined;
  do {
    const page = await decisions.list({
      ...filter,
      limit: PAGE,
      ...(cursor === undefined ? {} : { cursor }),
    });
    for (const { decision } of page.decisions) yield decision;
    cursor = page.next;
  } while (cursor !== undefined);
}

/** One JSON array, one decision a line; what the import takes. */
export async function* decisionsAsJson(decisions: AsyncIterable<Decision>): AsyncGenerator<string> {
  let before = '[\n';
  for await (const decision of decisions) {
    yield before + JSON.stringify(decisionDocument(decision));
    before = ',\n';
  }
  yield before === '[\n' ? '[]\n' : '\n]\n';
}

const COLUMNS = [
  'scope',
  'value',
  'action',
  'expires',
  'reason',
  'origin',
  'source',
  'weight',
  'created',
  'id',
] as const satisfies readonly (keyof DecisionDocument)[];

export async function* decisionsAsCsv(decisions: AsyncIterable<Decision>): AsyncGenerator<string> {
  yield csvRecord(COLUMNS);
  for await (const decision of decisions) {
    const document = decisionDocument(decision);
    yield csvRecord(COLUMNS.map((column) => document[column]));
  }
}

/** Addresses and ranges alone, one a line: a block list for programs that know nothing else. */
export async function* decisionsAsList(decisions: AsyncIterable<Decision>): AsyncGenerator<string> {
  for await (const { scope, value } of decisions) if (scope === 'ip' || scope === 'range') yield `${value}\n`;
}
