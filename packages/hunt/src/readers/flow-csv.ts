import { Result } from '@aegis/model';
import type { Flow } from '../flow.ts';
import { type FlowFault, fault, flowOf } from './flow-fields.ts';
import type { FlowReader } from './flow-reader.ts';

type Column =
  | 'at'
  | 'source'
  | 'destination'
  | 'port'
  | 'protocol'
  | 'duration'
  | 'sent'
  | 'received'
  | 'name';

/**
 * Names of columns: ours, those of nfdump's CSV and SiLK's rwcut, and IPFIX information elements (IANA registry).
 * In lower case, without blanks and `_`.
 */
const NAMES: Readonly<Record<Column, readonly string[]>> = {
  at: ['time', 'at', 'ts', 'start', 'firstseen', 'stime', 'flowstartmilliseconds', 'flowstartseconds'],
  source: ['source', 'src', 'sa', 'sip', 'srcip', 'srcaddr', 'sourceipv4address', 'sourceipv6address'],
  destination: [
    'destination',
    'dst',
    'da',
    'dip',
    'dstip',
    'dstaddr',
    'destinationipv4address',
    'destinationipv6address',
  ],
  port: ['port', 'dp', 'dport', 'dstport', 'destinationtransportport'],
  protocol: ['protocol', 'proto', 'pr', 'protocolidentifier'],
  duration: ['duration', 'td', 'dur'],
  sent: ['sent', 'ibyt', 'bytes', 'sbytes', 'octetdeltacount', 'octettotalcount', 'origbytes'],
  received: ['received', 'obyt', 'dbytes', 'reverseoctetdeltacount', 'respbytes'],
  name: ['name', 'host', 'domain', 'sni'],
};
const COLUMNS = Object.entries(NAMES) as readonly (readonly [Column, readonly string[]])[];
const REQUIRED: readonly Column[] = ['at', 'source', 'destination', 'port'];
const MOST_COLUMNS = 256;

/** NetFlow and IPFIX as CSV: the first line names the columns, in any order, others beside them. */
export function flowCsvReader(): FlowReader {
  let columns: ReadonlyMap<Column, number> | undefined;
  let timeUnit: 's' | 'ms' = 's';
  return {
    read(line: string): Result<Flow | undefined, FlowFault> {
      if (line.startsWith('#')) return Result.ok(undefined);
      const values = cells(line);
      if (columns === undefined) {
        const header = flowCsvColumns(line);
        if (header === undefined) return fault('header', line, `columns named ${REQUIRED.join(', ')}`);
        columns = header;
        timeUnit = /milliseconds/i.test(values[header.get('at') ?? 0] ?? '') ? 'ms' : 's';
        return Result.ok(undefined);
      }
      const known = columns;
      const get = (column: Column): string | undefined => values[known.get(column) ?? MOST_COLUMNS];
      return flowOf({
        at: get('at'),
        timeUnit,
        source: get('source'),
        destination: get('destination'),
        port: get('port'),
        protocol: get('protocol'),
        duration: get('duration'),
        sent: get('sent'),
        received: get('received'),
        name: get('name'),
      });
    },
  };
}

/** Where the columns are that a header names; undefined where it is no header of flows. */
export function flowCsvColumns(line: string): ReadonlyMap<Column, number> | undefined {
  const names = cells(line).map((cell) => cell.toLowerCase().replace(/[\s_]/g, ''));
  const found = new Map<Column, number>();
  for (const [column, known] of COLUMNS) {
    const index = names.findIndex((name) => known.includes(name));
    if (index >= 0) found.set(column, index);
  }
  return REQUIRED.every((column) => found.has(column)) ? found : undefined;
}

/** Flows have no quotes within their values: those around them are dropped. */
function cells(line: string): readonly string[] {
  const separator = line.includes(',') ? ',' : line.includes(';') ? ';' : '|';
  return line.split(separator, MOST_COLUMNS).map((cell) => {
    const text = cell.trim();
    return text.length >= 2 && text.startsWith('"') && text.endsWith('"') ? text.slice(1, -1) : text;
  });
}
