import { failed, notice, type Program, patternProgram } from '../program.ts';

/** Apache's error log, 2.4: basic authentication, and what was refused. */
export const apacheError: Program = patternProgram(
  {
    service: 'apache',
    ownFile: ({ whole }) =>
      /^\[[A-Z][a-z]{2} [A-Z][a-z]{2} \d\d [\d:.]{8,15} \d{4}\] \[[a-z0-9_]*:[a-z]+\] /.test(whole),
  },
  [
    ['{_:first}[client {client}:{_:number}] AH01617: user {user}: authentication failure for {*}', failed()],
    ['{_:first}[client {client}:{_:number}] AH01618: user {user} not found: {*}', failed('unknown_user')],
    [
      '{_:first}[client {client}:{_:number}] AH01630: client denied by server configuration: {*}',
      notice('access_forbidden'),
    ],
    ['{_:first}[client {client}:{_:number}] AH10244: invalid URI path ({path})', notice('invalid_path')],
    ['{_:first}[client {client}:{_:number}] AH00126: Invalid URI in request {*}', notice('invalid_path')],
    [
      '{_:first}[client {client}:{_:number}] ModSecurity: {_:first}[id "{rule:number}"]{_:first}[severity "{severity:word}"]{*}',
      notice('waf_match'),
    ],
  ],
);
