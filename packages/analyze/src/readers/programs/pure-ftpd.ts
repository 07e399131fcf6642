import { failed, type Program, patternProgram } from '../program.ts';

/** Pure-FTPd. */
export const pureFtpd: Program = patternProgram({ service: 'pure-ftpd', tags: ['pure-ftpd'] }, [
  ['({_:first}@{client}) [WARNING] Authentication failed for user [{user}]', failed()],
]);
