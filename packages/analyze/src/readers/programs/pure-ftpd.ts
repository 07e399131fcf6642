import { failed, patternProgram, type Program } from '../program.ts';

/** Pure-FTPd. */
export const pureFtpd: Program = patternProgram(
  { service: 'pure-ftpd', tags: ['pure-ftpd'] },
  [
    ['({_:first}@{client}) [WARNING] Authentication failed for user [{user}]', failed()],
  ],
);
