import type { Result } from '@aegis/model';
import type { Flow } from '../flow.ts';
import { agentFlowReader } from './agent-flow.ts';
import { flowCsvColumns, flowCsvReader } from './flow-csv.ts';
import type { FlowFault } from './flow-fields.ts';
import { jsonRow, zeekJsonReader, zeekTsvReader } from './zeek-conn.ts';

/** Reads one format line by line. A line that is wrong is a fault; those after it are read. */
export interface FlowReader {
  /** Undefined for what is no flow: a header, a comment. */
  read(line: string): Result<Flow | undefined, FlowFault>;
}

export const FLOW_FORMATS = ['zeek', 'zeek-json', 'csv', 'agent'] as const;
export type FlowFormat = (typeof FLOW_FORMATS)[number];

const READERS: Readonly<Record<FlowFormat, () => FlowReader>> = {
  zeek: zeekTsvReader,
  'zeek-json': zeekJsonReader,
  csv: flowCsvReader,
  agent: agentFlowReader,
};

export function createFlowReader(format: FlowFormat): FlowReader {
  return READERS[format]();
}

/** The format that a first line tells; undefined where it tells none. */
export function detectFlowFormat(line: string): FlowFormat | undefined {
  if (/^#(?:separator|set_separator|fields|path)[\s\\]/.test(line)) return 'zeek';
  if (line.startsWith('{')) {
    const row = jsonRow(line);
    if (row?.['id.orig_h'] !== undefined) return 'zeek-json';
    return row?.source !== undefined && row.destination !== undefined ? 'agent' : undefined;
  }
  return flowCsvColumns(line) === undefined ? undefined : 'csv';
}
