import { failed, type Program, patternProgram } from '../program.ts';

/** Hestia control panel. */
export const hestia: Program = patternProgram({ service: 'hestia', ownFile: true }, [
  ['{user:word} {client} failed to login', failed()],
]);
