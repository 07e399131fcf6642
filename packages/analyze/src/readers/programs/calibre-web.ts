import { failed, patternProgram, type Program } from '../program.ts';

/** Calibre-Web. */
export const calibreWeb: Program = patternProgram(
  { service: 'calibre-web', ownFile: true },
  [
    [']{_:first}Login failed for user "{user}" IP-address: {client}', failed('unknown_user')],
  ],
);
