import { notice, type Program, patternProgram } from '../program.ts';

/** sudo, in auth.log: who became whom, and who may not. */
export const sudo: Program = patternProgram({ service: 'sudo', tags: ['sudo'] }, [
  [
    'pam_unix(sudo:auth): authentication failure; {_:first}ruser={user} rhost={_:rest}',
    notice('sudo_failed'),
  ],
  [
    '{user:first} : {_:number} incorrect password attempt{_:first} ; TTY={tty:first} ; {*}',
    notice('sudo_failed'),
  ],
  [
    '{user:first} : user NOT in sudoers ; TTY={tty:first} ; PWD={_:first} ; USER={target:first} ; COMMAND={command:rest}',
    notice('sudo_refused'),
  ],
  [
    '{user:first} : command not allowed ; TTY={tty:first} ; PWD={_:first} ; USER={target:first} ; COMMAND={command:rest}',
    notice('sudo_refused'),
  ],
  [
    '{user:first} : TTY={tty:first} ; PWD={_:first} ; USER={target:first} ; COMMAND={command:rest}',
    notice('sudo'),
  ],
]);
