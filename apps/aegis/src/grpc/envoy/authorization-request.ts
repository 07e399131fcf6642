import { AegisError } from '@aegis/model';
import { ProtoReader } from '@aegis/protobuf';

/** What counts of an `envoy.service.auth.v3.CheckRequest`. */
export interface AuthorizationRequest {
  /** The other end of Envoy's connection; absent where that is no network address. */
  readonly source?: string;
  /** Those that were wanted, by their lower-case names. */
  readonly headers: ReadonlyMap<string, string>;
  readonly host?: string;
  readonly method?: string;
  readonly path?: string;
  readonly scheme?: string;
}

/** Headers of one request; Envoy's own limit is 100. */
const MAX_HEADERS = 1_000;

type Writable<T> = { -readonly [K in keyof T]: T[K] };

/** Names of headers, in lower case, and how long each is. */
export interface WantedHeaders {
  readonly names: ReadonlySet<string>;
  readonly lengths: ReadonlySet<number>;
}

export function wantedHeaders(...names: readonly string[]): WantedHeaders {
  return { names: new Set(names), lengths: new Set(names.map((name) => name.length)) };
}

/**
 * Of the headers it reads only those that are wanted: a request has dozens, and making texts of them is what reading
 * it costs. Throws AegisError `bad_message`.
 */
export function readAuthorizationRequest(message: Buffer, wanted: WantedHeaders): AuthorizationRequest {
  const found: Found = { headers: new Map(), wanted, seen: 0 };
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
  readonly wanted: WantedHeaders;
  /** Headers so far, wanted or not. */
  seen: number;
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
function addHeader(entry: ProtoReader, found: Found): void {
  const { headers, wanted } = found;
  if (++found.seen > MAX_HEADERS)
    throw new AegisError('bad_message', `a request with more than ${MAX_HEADERS} headers is not judged`);
  let name = '';
  let value = '';
  let isWanted = true;
  eachField(entry, (field) => {
    if (field === 1) {
      name = entry.textOfLength(wanted.lengths)?.toLowerCase() ?? '';
      isWanted = wanted.names.has(name);
    } else if (isWanted && (field === 2 || field === 3)) value = entry.text();
    else entry.skip();
  });
  if (!isWanted || name === '') return;
  const before = headers.get(name);
  headers.set(name, before === undefined ? value : `${before},${value}`);
}
