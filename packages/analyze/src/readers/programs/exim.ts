import { failed, notice, type Program, patternProgram } from '../program.ts';

/** Exim. */
export const exim: Program = patternProgram({ service: 'exim', tags: ['exim'], ownFile: true }, [
  [
    '{method:word} authenticator failed for {_:first}[{client}]:{_:number}: 535 Incorrect authentication data (set_id={user})',
    failed(),
  ],
  [
    '{method:word} authenticator failed for ([{_:first}]) [{client}]:{_:number}: 535 Incorrect authentication data (set_id={user})',
    failed(),
  ],
  [
    '{method:word} authenticator failed for {_:first} ([{_:first}]) [{client}]:{_:number}: 535 Incorrect authentication data (set_id={user})',
    failed(),
  ],
  [
    'H={_:first} [{client}]:{_:number} {_:first}rejected RCPT <{recipient:first}>: {reason:rest}',
    notice('mail_refused'),
  ],
  ['H={_:first} [{client}]:{_:number} {_:first}rejected connection {reason:rest}', notice('mail_refused')],
  ['H={_:first} [{client}]:{_:number} sender verify fail for {reason:rest}', notice('mail_refused')],
]);
