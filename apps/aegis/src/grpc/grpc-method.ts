import type { Permission } from '../auth/roles.ts';
import type { GrpcFailure } from './grpc-status.ts';

interface NamedMethod {
  /** `/package.Service/Method`. */
  readonly path: string;
  readonly permission: Permission;
}

/**
 * One answer to each message, at once: `unary` takes one message a call, `each` a stream of them and answers in order.
 * May throw AegisError `bad_message`.
 */
export interface AnsweringMethod extends NamedMethod {
  readonly kind: 'unary' | 'each';
  readonly answer: (message: Buffer) => Buffer;
}

/** Both sides say what they like, when they like. */
export interface ConversingMethod extends NamedMethod {
  readonly kind: 'conversation';
  readonly open: (conversation: Conversation) => Listener;
}

export type GrpcMethod = AnsweringMethod | ConversingMethod;

/** Our side of a call. */
export interface Conversation {
  /** Kept in memory until the other side takes it. */
  send(message: Buffer): void;
  end(failure: GrpcFailure): void;
}

/** What becomes of the other side's words. */
export interface Listener {
  /** May throw AegisError `bad_message`, which ends the call. */
  hear(message: Buffer): void;
  /** The call is over, whoever ended it. */
  close(): void;
}
