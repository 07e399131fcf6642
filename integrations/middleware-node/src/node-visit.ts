import type { IncomingMessage } from 'node:http';
import type { Visit } from './gatekeeper.ts';

/** A request of `node:http` as it is checked. */
export function nodeVisit({ socket, headers }: IncomingMessage, about: Visit['about'] = {}): Visit {
  return {
    peer: socket.remoteAddress,
    header(name) {
      const value = headers[name];
      return Array.isArray(value) ? value.join(',') : value;
    },
    about,
  };
}
