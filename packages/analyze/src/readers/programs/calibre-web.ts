import { failed, type Program, patternProgram } from '../program.ts';

/** Calibre-Web. */
export const calibreWeb: Program = patternProgram({ service: 'calibre-web', ownFile: true }, [
  [']{_:first}Login failed for user "{user}" IP-address: {client}', failed('unknown_user')],
]);
