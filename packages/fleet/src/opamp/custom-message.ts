import type { ProtoReader, ProtoWriter } from '@aegis/protobuf';

/** What OpAMP has no words for: `data` is up to the capability. */
export interface CustomMessage {
  readonly capability: string;
  readonly type: string;
  readonly data: Uint8Array;
}

const LONGEST_TEXT = 1_024;
const MOST_CAPABILITIES = 64;
const NONE = Buffer.alloc(0);

export function readCustomMessage(reader: ProtoReader): CustomMessage {
  let custom: CustomMessage = { capability: '', type: '', data: NONE };
  for (let field = reader.next(); field !== 0; field = reader.next()) {
    if (field === 1) custom = { ...custom, capability: reader.text().slice(0, LONGEST_TEXT) };
    else if (field === 2) custom = { ...custom, type: reader.text().slice(0, LONGEST_TEXT) };
    else if (field === 3) custom = { ...custom, data: reader.bytes() };
    else reader.skip();
  }
  return custom;
}

export function writeCustomMessage(writer: ProtoWriter, { capability, type, data }: CustomMessage): void {
  writer.text(1, capability).text(2, type).bytes(3, data);
}

export function readCustomCapabilities(reader: ProtoReader): readonly string[] {
  const capabilities: string[] = [];
  for (let field = reader.next(); field !== 0; field = reader.next()) {
    if (field === 1 && capabilities.length < MOST_CAPABILITIES)
      capabilities.push(reader.text().slice(0, LONGEST_TEXT));
    else reader.skip();
  }
  return capabilities;
}

export function writeCustomCapabilities(writer: ProtoWriter, capabilities: readonly string[]): void {
  for (const capability of capabilities) writer.text(1, capability);
}
