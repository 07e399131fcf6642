import { type Check, fail, type MachineContext, ok } from '../check.ts';

const NEEDED = 24;

export const nodeVersion: Check<MachineContext> = {
  name: 'node-version',
  run({ nodeVersion: version }) {
    if (Number.parseInt(version, 10) >= NEEDED) return ok(`Node ${version}`);
    return fail(
      `Node ${version} is too old: Aegis needs ${NEEDED} or newer`,
      'run "npm install" in the directory of Aegis and start it with "npm run aegis" or bin/aegis.js',
    );
  },
};
