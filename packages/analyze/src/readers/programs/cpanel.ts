import { failed, notice, type Program, patternProgram } from '../program.ts';

/** cPanel. */
export const cpanel: Program = patternProgram({ service: 'cpanel', ownFile: true }, [
  [
    '] info [{_:first}] {client} - {user:word} "{_:first}" FAILED LOGIN {_:first}: brute force attempt {*}',
    notice('locked_out'),
  ],
  ['] info [{_:first}] {client} - {user:word} "{_:first}" FAILED LOGIN {*}', failed()],
]);
