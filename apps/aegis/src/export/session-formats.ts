import type { SessionRecord } from '@aegis/model';
import { asJsonLines } from './json-lines.ts';
import { ocsfEvents } from './ocsf/ocsf-events.ts';
import { sessionsAsCsv } from './session-csv.ts';
import { sessionsAsStix } from './stix/stix-bundle.ts';

export const SESSION_FORMATS = ['jsonl', 'csv', 'stix', 'ocsf'] as const;
export type SessionFormat = (typeof SESSION_FORMATS)[number];

/** How sessions are written for others. Text comes in pieces as the sessions do; nothing is gathered. */
interface Format {
  readonly type: string;
  readonly extension: string;
  readonly write: (sessions: AsyncIterable<SessionRecord>) => AsyncIterable<string>;
}

export const sessionFormats: Readonly<Record<SessionFormat, Format>> = Object.freeze({
  jsonl: { type: 'application/x-ndjson', extension: 'jsonl', write: asJsonLines },
  csv: { type: 'text/csv; charset=utf-8', extension: 'csv', write: sessionsAsCsv },
  stix: { type: 'application/stix+json;version=2.1', extension: 'stix.json', write: sessionsAsStix },
  ocsf: {
    type: 'application/x-ndjson',
    extension: 'ocsf.jsonl',
    write: (sessions) => asJsonLines(ocsfEvents(sessions)),
  },
});
