import { readFileSync } from 'node:fs';
import { type PluginDefinition, runPlugin } from '@aegis/agent-plugin';
import { z } from 'zod';
import { FlowTable } from './flow-table.ts';
import { parseProcSockets } from './proc-sockets.ts';
import { durationBetween } from './settings.ts';

interface FlowsSettings {
  readonly every: number;
}

const MOST_LINES = 100;

/** Tells the connections of this host to the hunt for C&C servers: who with whom, when, how long. No bytes are known. */
export const flows: PluginDefinition<FlowsSettings> = {
  settings: z.strictObject({ every: durationBetween('2s', '500ms', '1m') }),
  async run({ settings, signal, ready, find, pause }) {
    const table = new FlowTable();
    ready();
    while (!signal.aborted) {
      const at = Date.now();
      const lines = table.sample(sockets(), at).map((flow) => JSON.stringify(flow));
      for (let from = 0; from < lines.length; from += MOST_LINES)
        find({ kind: 'flows', at, lines: lines.slice(from, from + MOST_LINES) });
      await pause(settings.every);
    }
  },
};

export function runFlows(): Promise<void> {
  return runPlugin(flows);
}

function sockets(): ReturnType<typeof parseProcSockets> {
  return ['/proc/net/tcp', '/proc/net/tcp6'].flatMap((path) => {
    try {
      return parseProcSockets(readFileSync(path, 'latin1'));
    } catch {
      return [];
    }
  });
}
