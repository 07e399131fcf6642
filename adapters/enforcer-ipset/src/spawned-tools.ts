import { runProgram } from '@aegis/packet-filter';
import type { Tools } from './tools.ts';

/** The programs of this machine; `before` runs them elsewhere: `['ip', 'netns', 'exec', 'edge']`. */
export function createSpawnedTools(before: readonly string[] = []): Tools {
  return {
    name: 'ipset and iptables',
    async run(steps) {
      const printed: string[] = [];
      for (const { command, input = '' } of steps) {
        const [program, ...words] = [...before, ...command] as [string, ...string[]];
        printed.push(await runProgram([program, ...words], input, 'ipset iptables'));
      }
      return printed;
    },
  };
}
