import { failed, patternProgram, type Program } from '../program.ts';

/** Bitwarden. */
export const bitwarden: Program = patternProgram(
  { service: 'bitwarden', ownFile: true },
  [
    ['[WRN] Failed login attempt{_:first}. {client}', failed()],
  ],
);
