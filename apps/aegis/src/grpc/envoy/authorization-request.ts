import { AegisError } from '@aegis/model';
import { ProtoReader } from '@aegis/protobuf';

/** What counts of an `envoy.service.auth.v3.CheckRequest`. */
export interface AuthorizationRequest {
  /** The other end of Envoy's connection; absent where that is no network address. */
  readonly source?: string;
  /** By their lower-case names. */
  readonly headers: ReadonlyMap<string, string>;
  readonly host?: string;
  readonly method?: string;
  readonly path?: string;
  readonly scheme?: string;
}

/** Headers of one request; Envoy's own limit is 100. */
const MAX_HEADERS = 1_000;

type Writable<T> = { -readonly [K in keyof T]: T[K] };

/** Throws AegisError `bad_message`. */
export function readAuthorizationRequest(message: Buffer): AuthorizationRequest {
  const found: Found = { headers: new Map() };
  // CheckRequest.attributes = 1
  eachField(new ProtoReader(message), (field, reader) => {
    if (field !== 1) return reader.skip();
    eachField(reader.message(), (attribute, attributes) => {
      if (attribute === 1) readSource(attributes.message(), found);
      else if (attribute === 4) readRequest(attributes.message(), found);
      else attributes.skip();
    });
  });
  return found;
}

interface Found extends Writable<Omit<AuthorizationRequest, 'headers'>> {
  readonly headers: Map<string, string>;
}

function eachField(reader: ProtoReader, take: (field: number, reader: ProtoReader) => void): void {
  for (let field = reader.next(); field !== 0; field = reader.next()) take(field, reader);
}

/** Peer.address = 1, Address.socket_address = 1, SocketAddress.address = 2. */
function readSource(peer: ProtoReader, found: Found): void {
  eachField(peer, (field) => {
    if (field !== 1) return peer.skip();
    const address = peer.message();
    eachField(address, (kind) => {
      if (kind !== 1) return address.skip();
      const socket = address.message();
      eachField(socket, (part) => {
        if (part === 2) found.source = socket.text();
        else socket.skip();
      });
    });
  });
}

/** Request.http = 2; of HttpRequest method = 2, headers = 3, path = 4, host = 5, scheme = 6, header_map = 13. */
function readRequest(request: ProtoReader, found: Found): void {
  eachField(request, (field) => {
    if (field !== 2) return request.skip();
    const http = request.message();
    eachField(http, (part) => {
      if (part === 2) found.method = http.text();
      else if (part === 3) addHeader(http.message(), found);
      else if (part === 4) found.path = http.text();
      else if (part === 5) found.host = http.text();
      else if (part === 6) found.scheme = http.text();
      else if (part === 13) readHeaderMap(http.message(), found);
      else http.skip();
    });
  });
}

/** HeaderMap.headers = 1: what Envoy sends with `encode_raw_headers`. */
function readHeaderMap(map: ProtoReader, found: Found): void {
  eachField(map, (field) => {
    if (field === 1) addHeader(map.message(), found);
    else map.skip();
  });
}

/** An entry of the map, or a HeaderValue with its raw value in 3: the same header again is joined, as in HTTP. */
function addHeader(entry: ProtoReader, { headers }: Found): void {
  let name = '';
  let value = '';
  eachField(entry, (field) => {
    if (field === 1) name = entry.text().toLowerCase();
    else if (field === 2 || field === 3) value = entry.text();
    else entry.skip();
  });
  const before = headers.get(name);
  headers.set(name, before === undefined ? value : `${before},${value}`);
  if (headers.size > MAX_HEADERS)
    throw new AegisError('bad_message', `a request with more than ${MAX_HEADERS} headers is not judged`);
}
