import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Guard, GuardVerdict } from '@aegis/guard';
import { guardProblem } from './guard-problem.ts';
import { rateLimitFields } from './rate-limit-fields.ts';

/** Who asks for a WebSocket: `user` only where it was authenticated. */
export interface Caller {
  readonly ip: string;
  readonly user?: string | undefined;
}

/** For the event `upgrade` of a server: the verdict; where it refuses, the socket has been answered and is closing. */
export function guardUpgrade(guard: Guard, socket: Duplex, caller: Caller): GuardVerdict {
  const verdict = guard.checkConnection(caller.ip, { user: caller.user });
  if (verdict.allowed) return verdict;
  const { status, body } = guardProblem(verdict);
  const text = JSON.stringify(body);
  const fields = {
    ...rateLimitFields(verdict, []),
    'content-type': 'application/problem+json',
    'content-length': String(Buffer.byteLength(text)),
    connection: 'close',
  };
  const lines = Object.entries(fields).map(([name, value]) => `${name}: ${value}`);
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines.join('\r\n')}\r\n\r\n${text}`);
  return verdict;
}
