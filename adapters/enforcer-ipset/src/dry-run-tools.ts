import type { Tools } from './tools.ts';

/** No line of ours is this. */
const END = 'AEGIS_END';

/** Tells what it would do as a script for `sh`, and does nothing. */
export function createDryRunTools(tell: (script: string) => void): Tools {
  return {
    name: 'dry run',
    async run(steps) {
      for (const { command, input } of steps) {
        const document = input === undefined ? '' : ` <<'${END}'\n${input}${END}`;
        tell(`${command.join(' ')}${document}\n`);
      }
      return steps.map(() => '');
    },
  };
}
