import { FLOW_CSV_HEADER, flowCsvLine, syntheticTraffic } from '@aegis/hunt';
import type { TerminalStream } from '../frame/terminal.ts';

/** Half a day of a small network with five bots that call one server about every five minutes. */
export function generateFlows(seed: number, stream: TerminalStream): void {
  const flows = syntheticTraffic({
    seed,
    from: Date.UTC(2026, 9, 27),
    hours: 12,
    hosts: 60,
    bots: 5,
    servers: 1,
    beacon: { periodMs: 300_000, jitter: 0.2, loss: 0.05 },
  });
  stream.write(`${[FLOW_CSV_HEADER, ...flows.map(flowCsvLine)].join('\n')}\n`);
}
