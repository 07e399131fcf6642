import { notice, type Program, patternProgram } from '../program.ts';

/** su, in auth.log. */
export const su: Program = patternProgram({ service: 'su', tags: ['su'] }, [
  ['FAILED SU (to {target}) {user:word} on {tty:rest}', notice('su_failed')],
  ['FAILED su for {target:word} by {user:rest}', notice('su_failed')],
]);
