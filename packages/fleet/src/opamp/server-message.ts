import { ProtoWriter } from '@aegis/protobuf';
import { type CustomMessage, writeCustomCapabilities, writeCustomMessage } from './custom-message.ts';

/** What a server says: OpAMP's `ServerToAgent`. */
export interface ServerMessage {
  readonly instanceUid: Uint8Array;
  readonly capabilities?: number;
  readonly flags?: number;
  readonly config?: OfferedConfig;
  readonly error?: ServerError;
  readonly newInstanceUid?: Uint8Array;
  readonly customCapabilities?: readonly string[];
  readonly custom?: CustomMessage;
}

/** One file: agents of ours read JSON, others what their operator writes for them. */
export interface OfferedConfig {
  readonly name: string;
  readonly body: Uint8Array;
  readonly contentType: string;
  readonly hash: Uint8Array;
}

export interface ServerError {
  readonly kind: 'bad_request' | 'unavailable';
  readonly message: string;
  readonly retryAfterMs?: number;
}

const ERROR_TYPES = { bad_request: 1, unavailable: 2 } as const;
const NANOSECONDS = 1_000_000;

export function writeServerMessage(message: ServerMessage): Buffer {
  const { instanceUid, capabilities, flags, config, error, newInstanceUid, customCapabilities, custom } =
    message;
  const writer = new ProtoWriter(256 + (config?.body.length ?? 0)).bytes(1, instanceUid);
  if (error !== undefined)
    writer.message(2, (out) => {
      out.number(1, ERROR_TYPES[error.kind]).text(2, error.message);
      const { retryAfterMs } = error;
      if (retryAfterMs !== undefined) out.message(3, (retry) => retry.number(1, retryAfterMs * NANOSECONDS));
    });
  if (config !== undefined)
    writer.message(3, (remote) => {
      remote.message(1, (map) =>
        map.message(1, (entry) =>
          entry
            .text(1, config.name)
            .message(2, (file) => file.bytes(1, config.body).text(2, config.contentType)),
        ),
      );
      remote.bytes(2, config.hash);
    });
  if (flags !== undefined) writer.number(6, flags);
  if (capabilities !== undefined) writer.number(7, capabilities);
  if (newInstanceUid !== undefined) writer.message(8, (out) => out.bytes(1, newInstanceUid));
  if (customCapabilities !== undefined)
    writer.message(10, (out) => writeCustomCapabilities(out, customCapabilities));
  if (custom !== undefined) writer.message(11, (out) => writeCustomMessage(out, custom));
  return writer.finish();
}
