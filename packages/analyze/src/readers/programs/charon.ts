import { linePattern } from '../line-pattern.ts';
import { loginFinding, type Program } from '../program.ts';

/** Connections whose peer is remembered. */
const REMEMBERED = 4_096;

const RECEIVED = linePattern(
  '{_:number}[NET] <{connection:first}> received packet: from {client}[{_:number}] to {*}',
);
const SENDING = linePattern(
  '{_:number}[NET] <{connection:first}> sending packet: from {_:first} to {client}[{_:number}] {*}',
);
const SENT = linePattern(
  '{_:number}[IKE] <{connection:first}> sending packet: from {_:first} to {client}[{_:number}] {*}',
);
const PATTERNS = [RECEIVED, SENDING, SENT];
const NAMED = linePattern("{_:number}[IKE] <{connection:first}> EAP-MS-CHAPv2 username: '{user}'");
const EAP_FAILED = linePattern('{_:number}[IKE] <{connection:first}> EAP-MS-CHAPv2 verification failed, {*}');
const XAUTH_FAILED = linePattern(
  "{_:number}[IKE] <{connection:first}> XAuth authentication of '{user}' failed",
);

interface Connection {
  client?: string;
  user?: string;
}

/** strongSwan's charon, IPsec. A failure names its connection and not the peer: that was in a line before. */
export function charon(): Program {
  const connections = new Map<string, Connection>();
  const about = (name: string): Connection => {
    // The number behind the bar stays while the name before it changes.
    const key = name.slice(name.lastIndexOf('|') + 1);
    const known = connections.get(key) ?? {};
    connections.delete(key);
    connections.set(key, known);
    if (connections.size > REMEMBERED) connections.delete(connections.keys().next().value as string);
    return known;
  };
  return {
    service: 'charon',
    tags: ['charon', 'charon-systemd'],
    read({ text }) {
      for (const pattern of PATTERNS) {
        const found = pattern(text);
        if (found?.client === undefined) continue;
        about(found.connection ?? '').client = found.client;
        return undefined;
      }
      const named = NAMED(text);
      if (named?.user !== undefined) {
        about(named.connection ?? '').user = named.user;
        return undefined;
      }
      const failure = EAP_FAILED(text) ?? XAUTH_FAILED(text);
      if (failure === undefined) return undefined;
      const { client, user = '' } = about(failure.connection ?? '');
      if (client === undefined) return undefined;
      return loginFinding({
        service: 'charon',
        user: failure.user ?? user,
        client,
        success: false,
        failure: 'bad_credentials',
      });
    },
  };
}
