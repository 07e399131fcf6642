import { constants, type ServerHttp2Stream } from 'node:http2';
import { AegisError, type Logger } from '@aegis/model';
import { headerText } from '../http/header-text.ts';
import type { AnsweringMethod, ConversingMethod, Listener } from './grpc-method.ts';
import { GRPC_STATUS, type GrpcFailure, type GrpcStatus } from './grpc-status.ts';
import { framed, MessageAssembler } from './message-assembler.ts';

const HEADERS = Object.freeze({ ':status': 200, 'content-type': 'application/grpc+proto' });
const WELL = Object.freeze({ 'grpc-status': String(GRPC_STATUS.ok) });

const STATUS_OF_FAULT: Readonly<Record<string, GrpcStatus>> = Object.freeze({
  bad_message: GRPC_STATUS.invalidArgument,
  message_too_large: GRPC_STATUS.resourceExhausted,
  compressed_message: GRPC_STATUS.unimplemented,
  registry_unavailable: GRPC_STATUS.unavailable,
});

/** Until the one message of a unary call is whole. */
const MESSAGE_MS = 10_000;

export interface CallOptions {
  readonly stream: ServerHttp2Stream;
  readonly maxMessageBytes: number;
  readonly logger: Logger;
}

/** One answer, then the end. */
export function serveUnary({ answer }: AnsweringMethod, options: CallOptions): void {
  const { stream, maxMessageBytes } = options;
  const assembler = new MessageAssembler(maxMessageBytes);
  let answered = false;
  const fail = (failure: GrpcFailure): void => {
    answered = true;
    endCall(stream, failure);
  };
  stream.setTimeout(MESSAGE_MS, () => stream.close(constants.NGHTTP2_CANCEL));
  stream.on('data', (chunk: Buffer) => {
    try {
      for (const message of assembler.push(chunk)) {
        if (answered) return;
        const frame = framed(answer(message));
        answered = true;
        stream.respond(HEADERS, { waitForTrailers: true });
        stream.once('wantTrailers', () => stream.sendTrailers(WELL));
        stream.end(frame);
      }
    } catch (fault) {
      if (!answered) fail(failureOf(fault, options.logger));
    }
  });
  stream.once('end', () => {
    if (!answered)
      fail({ status: GRPC_STATUS.invalidArgument, message: 'the call ended without a whole message' });
  });
}

/** An answer to each message, in order. Reads no further while the other side does not take the answers. */
export function serveEach({ answer }: AnsweringMethod, options: CallOptions): void {
  const { stream, maxMessageBytes } = options;
  const assembler = new MessageAssembler(maxMessageBytes);
  stream.respond(HEADERS, { waitForTrailers: true });
  let outcome: GrpcFailure | undefined;
  stream.once('wantTrailers', () => stream.sendTrailers(outcome === undefined ? WELL : trailersOf(outcome)));
  stream.on('data', (chunk: Buffer) => {
    const frames: Buffer[] = [];
    try {
      for (const message of assembler.push(chunk)) frames.push(framed(answer(message)));
    } catch (fault) {
      outcome = failureOf(fault, options.logger);
    }
    const taken =
      frames.length === 0 || stream.write(frames.length === 1 ? frames[0] : Buffer.concat(frames));
    if (outcome !== undefined) stream.removeAllListeners('data').resume().end();
    else if (!taken) {
      stream.pause();
      stream.once('drain', () => stream.resume());
    }
  });
  stream.once('end', () => stream.end());
}

/** Returns the way to end it from our side. */
export function serveConversation(
  method: ConversingMethod,
  { stream, maxMessageBytes, logger }: CallOptions,
): (failure: GrpcFailure) => void {
  const assembler = new MessageAssembler(maxMessageBytes);
  stream.respond(HEADERS, { waitForTrailers: true });
  let outcome: GrpcFailure | undefined;
  stream.once('wantTrailers', () => stream.sendTrailers(outcome === undefined ? WELL : trailersOf(outcome)));
  const end = (failure?: GrpcFailure): void => {
    if (stream.writableEnded || stream.destroyed) return;
    outcome = failure;
    stream.end();
  };
  const listener: Listener = method.open({
    send: (message) => {
      if (!stream.writableEnded && !stream.destroyed) stream.write(framed(message));
    },
    end,
  });
  stream.on('data', (chunk: Buffer) => {
    try {
      for (const message of assembler.push(chunk)) listener.hear(message);
    } catch (fault) {
      end(failureOf(fault, logger));
      stream.removeAllListeners('data').resume();
    }
  });
  stream.once('end', () => end());
  stream.once('close', () => listener.close());
  return end;
}

/** The end of a call that was not answered. */
export function endCall(stream: ServerHttp2Stream, failure: GrpcFailure): void {
  if (stream.destroyed || stream.headersSent) return;
  stream.respond({ ...HEADERS, ...trailersOf(failure) }, { endStream: true });
  // What is still being sent is not waited for.
  stream.close(constants.NGHTTP2_NO_ERROR);
}

function trailersOf({ status, message }: GrpcFailure): Record<string, string> {
  return { 'grpc-status': String(status), 'grpc-message': headerText(message) };
}

function failureOf(fault: unknown, logger: Logger): GrpcFailure {
  const status = fault instanceof AegisError ? STATUS_OF_FAULT[fault.code] : undefined;
  if (status !== undefined) return { status, message: (fault as AegisError).message };
  logger.error({ error: fault }, 'a gRPC call failed');
  return { status: GRPC_STATUS.internal, message: 'something went wrong here; the log has more' };
}
