import { failed, type Program, patternProgram } from '../program.ts';

/** Redmine. */
export const redmine: Program = patternProgram({ service: 'redmine', ownFile: true }, [
  ["{_:first}Failed login for '{user}' from {client} at {*}", failed()],
]);
