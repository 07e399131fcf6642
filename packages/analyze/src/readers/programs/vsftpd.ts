import { accepted, failed, type Program, patternProgram } from '../program.ts';

/** vsftpd, in a file of its own. */
export const vsftpd: Program = patternProgram({ service: 'vsftpd', ownFile: true }, [
  ['{_:first} [{user}] FAIL LOGIN: Client "::ffff:{client}"', failed()],
  ['{_:first} [{user}] FAIL LOGIN: Client "{client}"', failed()],
  ['{_:first} [{user}] OK LOGIN: Client "{client}"{*}', accepted],
]);
