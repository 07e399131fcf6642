import { failed, patternProgram, type Program } from '../program.ts';

/** Emby. */
export const emby: Program = patternProgram(
  { service: 'emby', ownFile: true },
  [
    ['{_:first}Server: AUTH-ERROR: {client} - {*}', failed()],
  ],
);
