import { ProtoReader } from '@aegis/protobuf';
import { readCustomCapabilities, readCustomMessage } from './custom-message.ts';
import type { OfferedConfig, ServerError, ServerMessage } from './server-message.ts';

const LONGEST_TEXT = 1_024;
const NANOSECONDS = 1_000_000;
const UNAVAILABLE = 2;
const NONE = Buffer.alloc(0);

/**
 * OpAMP's `ServerToAgent`, as an agent reads it. Of a config of several files the first counts. Fields of an earlier
 * or later version are passed over. Throws AegisError `bad_message`.
 */
export function readServerMessage(bytes: Buffer): ServerMessage {
  const reader = new ProtoReader(bytes);
  let message: ServerMessage = { instanceUid: NONE };
  for (let field = reader.next(); field !== 0; field = reader.next()) {
    if (field === 1) message = { ...message, instanceUid: reader.bytes() };
    else if (field === 2) message = { ...message, error: readError(reader.message()) };
    else if (field === 3) {
      const config = readConfig(reader.message());
      if (config !== undefined) message = { ...message, config };
    } else if (field === 6) message = { ...message, flags: reader.number() };
    else if (field === 7) message = { ...message, capabilities: reader.number() };
    else if (field === 8) message = { ...message, newInstanceUid: readFirstBytes(reader.message()) };
    else if (field === 10)
      message = { ...message, customCapabilities: readCustomCapabilities(reader.message()) };
    else if (field === 11) message = { ...message, custom: readCustomMessage(reader.message()) };
    else reader.skip();
  }
  return message;
}

function readError(reader: ProtoReader): ServerError {
  let error: ServerError = { kind: 'bad_request', message: '' };
  for (let field = reader.next(); field !== 0; field = reader.next()) {
    if (field === 1)
      error = { ...error, kind: reader.number() === UNAVAILABLE ? 'unavailable' : 'bad_request' };
    else if (field === 2) error = { ...error, message: reader.text().slice(0, LONGEST_TEXT) };
    else if (field === 3) {
      const retry = reader.message();
      while (retry.next() === 1) error = { ...error, retryAfterMs: Math.ceil(retry.number() / NANOSECONDS) };
    } else reader.skip();
  }
  return error;
}

function readConfig(reader: ProtoReader): OfferedConfig | undefined {
  let file: Omit<OfferedConfig, 'hash'> | undefined;
  let hash: Uint8Array = NONE;
  for (let field = reader.next(); field !== 0; field = reader.next()) {
    if (field === 1) file = readFirstFile(reader.message());
    else if (field === 2) hash = reader.bytes();
    else reader.skip();
  }
  return file === undefined ? undefined : { ...file, hash };
}

function readFirstFile(map: ProtoReader): Omit<OfferedConfig, 'hash'> | undefined {
  let found: Omit<OfferedConfig, 'hash'> | undefined;
  for (let field = map.next(); field !== 0; field = map.next()) {
    if (field !== 1 || found !== undefined) {
      map.skip();
      continue;
    }
    const entry = map.message();
    let file = { name: '', body: NONE as Uint8Array, contentType: '' };
    for (let part = entry.next(); part !== 0; part = entry.next()) {
      if (part === 1) file = { ...file, name: entry.text().slice(0, LONGEST_TEXT) };
      else if (part === 2) file = { ...file, ...readFile(entry.message()) };
      else entry.skip();
    }
    found = file;
  }
  return found;
}

function readFile(reader: ProtoReader): Pick<OfferedConfig, 'body' | 'contentType'> {
  let file: Pick<OfferedConfig, 'body' | 'contentType'> = { body: NONE, contentType: '' };
  for (let field = reader.next(); field !== 0; field = reader.next()) {
    if (field === 1) file = { ...file, body: reader.bytes() };
    else if (field === 2) file = { ...file, contentType: reader.text().slice(0, LONGEST_TEXT) };
    else reader.skip();
  }
  return file;
}

function readFirstBytes(reader: ProtoReader): Uint8Array {
  for (let field = reader.next(); field !== 0; field = reader.next()) {
    if (field === 1) return reader.bytes();
    reader.skip();
  }
  return NONE;
}
