import { failed, type Program, patternProgram } from '../program.ts';

/** Emby. */
export const emby: Program = patternProgram({ service: 'emby', ownFile: true }, [
  ['{_:first}Server: AUTH-ERROR: {client} - {*}', failed()],
]);
