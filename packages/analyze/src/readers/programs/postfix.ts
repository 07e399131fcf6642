import { failed, notice, type Program, patternProgram } from '../program.ts';

/** Postfix; smtpd and its like, whatever the service is called. */
export const postfix: Program = patternProgram({ service: 'postfix', tags: ['postfix/'] }, [
  [
    'warning: {_:first}[{client}]: SASL {method:word} authentication failed: {reason:first}, sasl_username={user:rest}',
    failed(),
  ],
  ['warning: {_:first}[{client}]: SASL {method:word} authentication failed{*}', failed()],
  ['warning: non-SMTP command from {_:first}[{client}]: {command:rest}', notice('not_smtp')],
  ['improper command pipelining after {_:first} from {_:first}[{client}]{*}', notice('not_smtp')],
  [
    'NOQUEUE: reject: {stage:first} from {_:first}[{client}]: {code:number} {status:word} {_:first}: Relay access denied; {*}',
    notice('relay_denied'),
  ],
  [
    'NOQUEUE: reject: {stage:first} from {_:first}[{client}]: {code:number} {reason:rest}',
    notice('mail_refused'),
  ],
  [
    '{_:word} reject: {stage:first} from {_:first}[{client}]: {code:number} {reason:rest}',
    notice('mail_refused'),
  ],
  ['lost connection after {stage:first} from {_:first}[{client}]{*}', notice('lost_connection')],
  ['PREGREET {_:number} after {_:first} from [{client}]:{*}', notice('pregreet')],
  ['disconnect from {_:first}[{client}] {_:first}auth=0/{tries:number}{*}', notice('auth_refused')],
]);
