import type { Result } from '@aegis/model';
import type { Flow } from '../flow.ts';
import { type FlowFault, fault, flowOf } from './flow-fields.ts';
import type { FlowReader } from './flow-reader.ts';
import { jsonRow } from './zeek-conn.ts';

/**
 * Flows as agents send them, a JSON object a line: `at` (ISO 8601, or milliseconds since 1970), `source`,
 * `destination`, `port`, `protocol`, `duration_seconds`, `sent_bytes`, `received_bytes`, `name`. What an agent opened
 * itself it may mark with `"local": true`.
 */
export function agentFlowReader(): FlowReader {
  return {
    read(line: string): Result<Flow | undefined, FlowFault> {
      const row = jsonRow(line);
      if (row === undefined) return fault('line', line, 'a JSON object');
      return flowOf({
        at: row.at,
        timeUnit: 'ms',
        source: row.source,
        destination: row.destination,
        port: row.port,
        protocol: row.protocol,
        duration: row.duration_seconds,
        sent: row.sent_bytes,
        received: row.received_bytes,
        sourceLocal: row.local === true ? true : undefined,
        name: row.name,
      });
    },
  };
}
