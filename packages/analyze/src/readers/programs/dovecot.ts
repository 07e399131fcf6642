import { accepted, failed, notice, type Program, patternProgram } from '../program.ts';

/** Dovecot, POP3 and IMAP. */
export const dovecot: Program = patternProgram({ service: 'dovecot', tags: ['dovecot'] }, [
  [
    '{protocol:word}-login: {_:first}(auth failed, {_:first}): user=<{user:first}>, {_:first}rip={client}, {*}',
    failed(),
  ],
  [
    '{protocol:word}-login: Aborted login (auth failed, {_:first}): user=<{user:first}>, {_:first}rip={client}, {*}',
    failed(),
  ],
  [
    '{protocol:word}-login: {_:first}(no auth attempts{_:first}): {_:first}rip={client}, {*}',
    notice('no_auth_attempt'),
  ],
  ['{protocol:word}-login: Login: user=<{user:first}>, {_:first}rip={client}, {*}', accepted],
]);
