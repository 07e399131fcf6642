import { ProtoReader, ProtoWriter } from '@aegis/protobuf';

/** What counts of an `envoy.service.discovery.v3.DeltaDiscoveryRequest`. */
export interface DeltaRequest {
  readonly nodeId: string;
  readonly typeUrl: string;
  readonly subscribe: readonly string[];
  readonly unsubscribe: readonly string[];
  readonly initialVersions: ReadonlyMap<string, string>;
  /** Of the response that is acknowledged or refused; empty where none is. */
  readonly nonce: string;
  /** Why the response is refused. */
  readonly refusal?: string;
}

/** A resource as it is pushed. */
export interface DeltaResource {
  readonly name: string;
  readonly version: string;
  /** The message in the resource, whose type is the one asked for. */
  readonly bytes: Uint8Array;
}

export interface DeltaResponse {
  readonly nonce: string;
  readonly resources: readonly DeltaResource[];
  /** Names that there are no resources for. */
  readonly removed: readonly string[];
}

/** Throws AegisError `bad_message`. */
export function readDeltaRequest(message: Buffer): DeltaRequest {
  const reader = new ProtoReader(message);
  const subscribe: string[] = [];
  const unsubscribe: string[] = [];
  const initialVersions = new Map<string, string>();
  const single = { nodeId: '', typeUrl: '', nonce: '' };
  let refusal: string | undefined;
  for (let field = reader.next(); field !== 0; field = reader.next()) {
    if (field === 1) single.nodeId = textAt(1, reader.message());
    else if (field === 2) single.typeUrl = reader.text();
    else if (field === 3) subscribe.push(reader.text());
    else if (field === 4) unsubscribe.push(reader.text());
    else if (field === 5) initialVersions.set(...entryOf(reader.message()));
    else if (field === 6) single.nonce = reader.text();
    else if (field === 7) refusal = textAt(2, reader.message());
    else reader.skip();
  }
  return {
    ...single,
    subscribe,
    unsubscribe,
    initialVersions,
    ...(refusal === undefined ? {} : { refusal }),
  };
}

/** The text in one field of a message. */
function textAt(wanted: number, message: ProtoReader): string {
  let text = '';
  for (let field = message.next(); field !== 0; field = message.next())
    if (field === wanted) text = message.text();
    else message.skip();
  return text;
}

function entryOf(entry: ProtoReader): [key: string, value: string] {
  let key = '';
  let value = '';
  for (let field = entry.next(); field !== 0; field = entry.next())
    if (field === 1) key = entry.text();
    else if (field === 2) value = entry.text();
    else entry.skip();
  return [key, value];
}

/** `envoy.service.discovery.v3.DeltaDiscoveryResponse`. */
export function writeDeltaResponse(typeUrl: string, { nonce, resources, removed }: DeltaResponse): Buffer {
  const writer = new ProtoWriter(1_024);
  for (const { name, version, bytes } of resources)
    writer.message(2, (resource) =>
      resource
        .text(1, version)
        .message(2, (any) => any.text(1, typeUrl).bytes(2, bytes))
        .text(3, name),
    );
  writer.text(4, typeUrl).text(5, nonce);
  for (const name of removed) writer.text(6, name);
  return writer.finish();
}
