import { notice, type Program, patternProgram } from '../program.ts';

/** polkit's pkexec, in auth.log. */
export const pkexec: Program = patternProgram({ service: 'pkexec', tags: ['pkexec'] }, [
  [
    '{user:first}: The value for the SHELL variable was not found the /etc/shells file {context:rest}',
    notice('shell_not_listed'),
  ],
  [
    '{user:first}: The value for environment variable {variable:first} contains suscipious content {context:rest}',
    notice('suspicious_variable'),
  ],
]);
