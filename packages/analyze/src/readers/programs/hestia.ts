import { failed, patternProgram, type Program } from '../program.ts';

/** Hestia control panel. */
export const hestia: Program = patternProgram(
  { service: 'hestia', ownFile: true },
  [
    ['{user:word} {client} failed to login', failed()],
  ],
);
