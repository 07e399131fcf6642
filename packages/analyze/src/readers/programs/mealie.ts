import { failed, type Program, patternProgram } from '../program.ts';

/** Mealie. */
export const mealie: Program = patternProgram({ service: 'mealie', ownFile: true }, [
  ['{_:first}Incorrect username or password from {client}', failed()],
]);
