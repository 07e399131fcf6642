import { FLOW_CSV_HEADER, flowCsvLine, syntheticTraffic } from '@aegis/hunt';
import type { TerminalStream } from '../frame/terminal.ts';

const HOURS = 12;
/** Of the flows, where nobody asks for another time: the same for the same seed. */
const END = Date.UTC(2026, 9, 27, HOURS);

/** Half a day of a small network with five bots that call one server about every five minutes. */
export function generateFlows(seed: number, stream: TerminalStream, end: number = END): void {
  const flows = syntheticTraffic({
    seed,
    from: end - HOURS * 3_600_000,
    hours: HOURS,
    hosts: 60,
    bots: 5,
    servers: 1,
    beacon: { periodMs: 300_000, jitter: 0.2, loss: 0.05 },
  });
  stream.write(`${[FLOW_CSV_HEADER, ...flows.map(flowCsvLine)].join('\n')}\n`);
}
