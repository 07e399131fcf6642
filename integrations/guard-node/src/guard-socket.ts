import type { Guard, GuardVerdict, MessageCall, RpcCall } from '@aegis/guard';
import type { RawData, WebSocket } from 'ws';

/** What a client asks for, as its server reads it. */
export type Ask =
  | { readonly kind: 'rpc'; readonly call: Omit<RpcCall, 'user' | 'device' | 'ip'> }
  | { readonly kind: 'message'; readonly call: Omit<MessageCall, 'user' | 'device' | 'ip'> }
  | { readonly kind: 'malformed'; readonly detail: string };

export interface GuardSocketOptions<T> {
  readonly guard: Guard;
  readonly user: string;
  readonly device?: string;
  readonly ip: string;
  /** What the data asks for, and what the handlers are given of it. Must not throw. */
  readonly read: (data: Buffer) => { readonly ask: Ask; readonly value: T };
  /** It may happen. */
  readonly onCall: (value: T) => void;
  /** Tell the client that it happened, and let it not happen. */
  readonly onDrop: (value: T) => void;
  readonly onRefuse: (value: T, verdict: GuardVerdict) => void;
}

/** RFC 6455 section 7.4.1: a policy was violated. */
const POLICY_VIOLATION = 1008;

/**
 * The guard between a WebSocket and its server: messages in the order they come. A throttled client's socket is not
 * read from while its call waits, so that it cannot pile up calls here; a disconnected one is closed.
 */
export function guardSocket<T>(socket: WebSocket, options: GuardSocketOptions<T>): void {
  const { guard, user, device, ip, read, onCall, onDrop, onRefuse } = options;
  const waiting: Buffer[] = [];
  let timer: NodeJS.Timeout | undefined;

  const settle = (value: T, verdict: GuardVerdict): void => {
    if (!verdict.allowed) {
      onRefuse(value, verdict);
      if (verdict.state === 'disconnected') socket.close(POLICY_VIOLATION, 'refused');
    } else if (verdict.silentDrop) onDrop(value);
    else onCall(value);
  };
  const take = (data: Buffer): void => {
    if (timer !== undefined) {
      // Frames that were already read when the socket was paused.
      waiting.push(data);
      return;
    }
    const { ask, value } = read(data);
    const verdict = judge(ask);
    if (!verdict.allowed || verdict.delayMs === 0) {
      settle(value, verdict);
      return;
    }
    socket.pause();
    timer = setTimeout(() => {
      timer = undefined;
      settle(value, verdict);
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
        take(next);
        if (timer !== undefined) return;
      }
      socket.resume();
    }, verdict.delayMs);
  };
  const judge = (ask: Ask): GuardVerdict => {
    const who = { user, device, ip };
    if (ask.kind === 'message') return guard.checkSendMessage({ ...ask.call, ...who });
    if (ask.kind === 'rpc') return guard.checkRpc({ ...ask.call, ...who });
    guard.reportViolation({ user, ip, violation: 'malformed', detail: ask.detail });
    return guard.checkRpc({ ...who, method: 'malformed' });
  };

  socket.on('message', (data) => take(bytesOf(data)));
  socket.once('close', () => {
    clearTimeout(timer);
    waiting.length = 0;
  });
}

/** Whatever the socket's `binaryType` is. */
function bytesOf(data: RawData): Buffer {
  if (Array.isArray(data)) return Buffer.concat(data);
  return data instanceof ArrayBuffer ? Buffer.from(data) : data;
}
