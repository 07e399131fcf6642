import { failed, type Program, patternProgram } from '../program.ts';

/** Bitwarden. */
export const bitwarden: Program = patternProgram({ service: 'bitwarden', ownFile: true }, [
  ['[WRN] Failed login attempt{_:first}. {client}', failed()],
]);
