import { failed, notice, type Program, patternProgram } from '../program.ts';

/** ProFTPD. */
export const proftpd: Program = patternProgram({ service: 'proftpd', tags: ['proftpd'], ownFile: true }, [
  ['{_:first} ({_:first}[{client}]): USER {user}: no such user found from {*}', failed('unknown_user')],
  ['{_:first} ({_:first}[{client}]): USER {user} (Login failed): {*}', failed()],
  ['{_:first} ({_:first}[{client}]): SECURITY VIOLATION: {*}', notice('ftp_violation')],
]);
