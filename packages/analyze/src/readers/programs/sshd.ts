import { accepted, failed, type Make, notice, type Program, patternProgram } from '../program.ts';

/** Connections remembered for whom a name was said to be unknown. */
const REMEMBERED = 1_024;

/**
 * OpenSSH, in auth.log or the journal. Since 9.8 connections are served by `sshd-session`. Of a name that it does
 * not know sshd tells twice, when it hears it and when the first password is wrong: that is one attempt.
 */
export function sshd(): Program {
  const told = new Set<string>();
  const unknown: Make = (fields, service) => {
    told.add(`${fields.client} ${fields.port}`);
    if (told.size > REMEMBERED) told.delete(told.values().next().value as string);
    return failed('unknown_user')(fields, service);
  };
  const wrong: Make = (fields, service) =>
    told.delete(`${fields.client} ${fields.port}`) ? undefined : failed('unknown_user')(fields, service);
  return patternProgram({ service: 'sshd', tags: ['sshd', 'sshd-session', 'sshd-auth'] }, [
    ['Failed {method:word} for invalid user {user} from {client} port {port:number}{*}', wrong],
    ['Failed {method:word} for {user} from {client} port {_:number}{*}', failed()],
    ['Invalid user {user} from {client} port {port:number}{*}', unknown],
    ['Invalid user {user} from {client}', failed('unknown_user')],
    ['Illegal user {user} from {client}', failed('unknown_user')],
    [
      'Connection closed by authenticating user {user:word} {client} port {_:number} [preauth]',
      notice('preauth_disconnect'),
    ],
    [
      'Connection reset by authenticating user {user:word} {client} port {_:number} [preauth]',
      notice('preauth_disconnect'),
    ],
    [
      'Disconnected from authenticating user {user:word} {client} port {_:number} [preauth]',
      notice('preauth_disconnect'),
    ],
    [
      'Connection closed by invalid user {user:word} {client} port {_:number} [preauth]',
      notice('preauth_disconnect'),
    ],
    [
      'Disconnected from invalid user {user:word} {client} port {_:number} [preauth]',
      notice('preauth_disconnect'),
    ],
    ['Connection closed by {client} port {_:number} [preauth]', notice('preauth_disconnect')],
    ['Connection reset by {client} port {_:number} [preauth]', notice('preauth_disconnect')],
    ['Disconnected from {client} port {_:number} [preauth]', notice('preauth_disconnect')],
    [
      'Received disconnect from {client} port {_:number}:{_:first}: {reason} [preauth]',
      notice('preauth_disconnect'),
    ],
    [
      'error: maximum authentication attempts exceeded for invalid user {user} from {client} port {_:number} ssh2 [preauth]',
      notice('too_many_attempts'),
    ],
    [
      'error: maximum authentication attempts exceeded for {user} from {client} port {_:number} ssh2 [preauth]',
      notice('too_many_attempts'),
    ],
    [
      'Disconnecting invalid user {user:word} {client} port {_:number}: Too many authentication failures [preauth]',
      notice('too_many_attempts'),
    ],
    [
      'Disconnecting authenticating user {user:word} {client} port {_:number}: Too many authentication failures [preauth]',
      notice('too_many_attempts'),
    ],
    ['Did not receive identification string from {client} port {_:number}', notice('no_banner')],
    ['Bad protocol version identification {banner} from {client} port {_:number}', notice('bad_protocol')],
    ['banner exchange: Connection from {client} port {_:number}: {reason}', notice('bad_protocol')],
    ['Unable to negotiate with {client} port {_:number}: {reason}', notice('no_common_algorithm')],
    ['fatal: Timeout before authentication for {client} port {_:number}{*}', notice('auth_timeout')],
    ['Timeout before authentication for connection from {client} to {*}', notice('auth_timeout')],
    [
      'ssh_dispatch_run_fatal: Connection from {client} port {_:number}: {reason} [preauth]',
      notice('broken_handshake'),
    ],
    ['drop connection #{_:number} from [{client}]:{_:number} on {*}', notice('connection_refused')],
    ['reverse mapping checking getaddrinfo for {_} [{client}] failed{*}', notice('reverse_mapping_failed')],
    ['Accepted {method:word} for {user} from {client} port {_:number}{*}', accepted],
  ]);
}
