import { Result } from '@aegis/model';
import type { Flow } from '../flow.ts';
import { type FlowFault, type FlowFields, fault, flowOf } from './flow-fields.ts';
import type { FlowReader } from './flow-reader.ts';

/** More columns than this are no conn.log. */
const MOST_FIELDS = 128;

/** Zeek's conn.log as TSV (docs.zeek.org, "conn.log"): a header of `#` lines says what the columns are. */
export function zeekTsvReader(): FlowReader {
  let separator = '\t';
  let unset = '-';
  let fields: readonly string[] = [];
  return {
    read(line: string): Result<Flow | undefined, FlowFault> {
      if (line.startsWith('#separator ')) {
        const [, hex] = /^\\x([0-9a-fA-F]{2})$/.exec(line.slice(11).trim()) ?? [];
        separator = hex === undefined ? line.slice(11, 12) : String.fromCharCode(Number.parseInt(hex, 16));
        return Result.ok(undefined);
      }
      const values = line.split(separator, MOST_FIELDS + 1);
      if (line.startsWith('#')) {
        if (values[0] === '#unset_field') unset = values[1] ?? '-';
        if (values[0] === '#fields') fields = values.slice(1);
        if (values[0] === '#path' && values[1] !== 'conn')
          return fault('#path', values[1], 'conn: this is another of its logs');
        return Result.ok(undefined);
      }
      if (fields.length === 0) return fault('line', line, 'a #fields header before the first row');
      // Labelled captures have blanks instead of tabs before their labels, so the last column may be missing.
      if (values.length > fields.length) return fault('line', line, `${fields.length} columns`);
      const row = new Map<string, string>();
      for (const [index, value] of values.entries()) {
        if (value !== unset) row.set(fields[index] ?? '', value);
      }
      return flowOf(zeekFields((name) => row.get(name)));
    },
  };
}

/** The same as JSON, a row a line. */
export function zeekJsonReader(): FlowReader {
  return {
    read(line: string): Result<Flow | undefined, FlowFault> {
      const row = jsonRow(line);
      return row === undefined
        ? fault('line', line, 'a JSON object')
        : flowOf(zeekFields((name) => row[name]));
    },
  };
}

/** A JSON object; undefined for anything else. */
export function jsonRow(line: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(line);
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    return isObject ? Object.assign(Object.create(null), value) : undefined;
  } catch {
    return undefined;
  }
}

function zeekFields(get: (name: string) => unknown): FlowFields {
  return {
    at: get('ts'),
    timeUnit: 's',
    source: get('id.orig_h'),
    destination: get('id.resp_h'),
    port: get('id.resp_p'),
    protocol: get('proto'),
    duration: get('duration'),
    sent: get('orig_bytes'),
    received: get('resp_bytes'),
    sourceLocal: flag(get('local_orig')),
    destinationLocal: flag(get('local_resp')),
  };
}

function flag(value: unknown): boolean | undefined {
  if (value === 'T' || value === true) return true;
  return value === 'F' || value === false ? false : undefined;
}
