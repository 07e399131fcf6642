import type { SyntheticFlow } from './synthetic-traffic.ts';

/** Columns of `flowCsvLine`; the label is no column that a reader takes in. */
export const FLOW_CSV_HEADER = 'time,source,destination,port,protocol,duration,sent,received,name,label';

/** A synthetic flow as the CSV reader reads it. */
export function flowCsvLine({ flow, label }: SyntheticFlow): string {
  const { at, source, destination, port, protocol, durationMs, sentBytes, receivedBytes, name } = flow;
  const numbers = [Math.round(durationMs) / 1_000, Math.round(sentBytes), Math.round(receivedBytes)];
  return [(at / 1_000).toFixed(3), source, destination, port, protocol, ...numbers, name ?? '', label].join(
    ',',
  );
}
