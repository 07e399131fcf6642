import { accepted, failed, type Program, patternProgram } from '../program.ts';

/** Samba, with auth_audit. */
export const samba: Program = patternProgram({ service: 'samba', tags: ['smb', 'smbd', 'smbd_audit'] }, [
  [
    String.raw`Auth: [{_:first}] user [{_:first}]\[{user:first}] at {_:first} status [NT_STATUS_NO_SUCH_USER] {_:first}remote host [ipv4:{client}:{_:number}] {*}`,
    failed('unknown_user'),
  ],
  [
    String.raw`Auth: [{_:first}] user [{_:first}]\[{user:first}] at {_:first} status [NT_STATUS_WRONG_PASSWORD] {_:first}remote host [ipv4:{client}:{_:number}] {*}`,
    failed(),
  ],
  [
    String.raw`Auth: [{_:first}] user [{_:first}]\[{user:first}] at {_:first} status [NT_STATUS_OK] {_:first}remote host [ipv4:{client}:{_:number}] {*}`,
    accepted,
  ],
]);
