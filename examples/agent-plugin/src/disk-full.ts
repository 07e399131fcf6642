// A plugin of the host agent: tells when a disk is nearly full. In the agent's config:
//   plugins: { disk-full: { command: [node, /path/to/disk-full.ts], settings: { path: /var, percent: 90 } } }
import { statfs } from 'node:fs/promises';
import { type PluginDefinition, runPlugin } from '@aegis/agent-plugin';
import { z } from 'zod';

interface DiskSettings {
  readonly path: string;
  readonly percent: number;
  readonly seconds: number;
}

export const diskFull: PluginDefinition<DiskSettings> = {
  settings: z.strictObject({
    path: z.string().default('/'),
    percent: z.number().min(0).max(100).default(90),
    seconds: z.number().min(1).max(86_400).default(60),
  }),
  async run({ settings: { path, percent, seconds }, signal, ready, find, health, pause }) {
    ready();
    while (!signal.aborted) {
      const { blocks, bavail } = await statfs(path);
      const used = Math.round((1 - bavail / blocks) * 100);
      health(used < percent, `${path} is ${used}% full`);
      if (used >= percent) find({ kind: 'report', at: Date.now(), about: 'disk_full', data: { path, used } });
      await pause(seconds * 1_000);
    }
  },
};

if (import.meta.main) await runPlugin(diskFull);
