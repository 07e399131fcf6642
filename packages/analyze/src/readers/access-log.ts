import { Address, Result, type Timestamp } from '@aegis/model';
import { cleanHttp } from '../normalize/clean-observation.ts';
import type { SensorEvent } from '../sessionize/sensor-event.ts';
import { parseClfTime } from './clf-time.ts';
import { closingQuote } from './closing-quote.ts';
import { excerpt, type LineError } from './line-error.ts';
import { decodeLogEscapes } from './log-escapes.ts';
import { type Reader, shareRead } from './reader.ts';
import { parseRequestLine } from './request-line.ts';
import { syslogHeaderLength } from './syslog-header.ts';

/** `[29/Sep/2021:14:11:34 +0200] ` before the request's quote. */
const TIME_WIDTH = 29;

/**
 * Common and combined logs of nginx and Apache, with or without a virtual host in front, a syslog header before
 * that, and more fields at the end. A connection that sent nothing (`"-" 408`) adds nothing.
 *
 * The user in `host ident user [time] "` is the client's to choose, brackets included. Servers escape quotes, so
 * the time is what stands before the line's first quote, and the address is found from the left.
 */
export function accessLogReader(): Reader {
  return { format: 'access-log', read, recognise: (lines) => shareRead(read, lines) };
}

const read: Reader['read'] = (line) => {
  if (line.trim() === '') return Result.ok(undefined);
  const start = syslogHeaderLength(line);
  const quote = line.indexOf('"', start);
  if (quote < 0) return badFormat(line, line.length, 'the request in quotes');
  const time = quote - TIME_WIDTH;
  if (time <= start || line[time] !== '[' || line[quote - 2] !== ']') {
    return badFormat(
      line,
      Math.max(time, start),
      'a time like [29/Sep/2021:14:11:34 +0200] before the first quote',
    );
  }
  const at = parseClfTime(line.slice(time + 1, quote - 2));
  if (at === undefined) return badFormat(line, time + 1, 'a time like 29/Sep/2021:14:11:34 +0200');
  const peer = readPeer(line, start, time);
  if (!peer.ok) return peer;

  const close = closingQuote(line, quote + 1);
  if (close < 0) return badFormat(line, line.length, 'the closing quote of the request');
  const tail = /^ (\d{3}|-)(?: (?:\d{1,19}|-))?(?= |$)/.exec(line.slice(close + 1, close + 32));
  if (tail === null) return badFormat(line, close + 1, 'a status and a size after the request');
  const request = line.slice(quote + 1, close);
  if (request === '-' || request === '') return Result.ok(undefined);

  const rest = close + 1 + tail[0].length;
  const referer = quoted(line, rest);
  const userAgent = referer === undefined ? undefined : quoted(line, referer.end);
  return Result.ok({
    kind: 'event',
    event: event(at, peer.value, request, Number(tail[1]), referer?.text, userAgent?.text),
  });
};

interface Peer {
  readonly client: Address;
  readonly host?: string;
}

/**
 * The first word is the client, or the virtual host and the second the client. A host may itself be an address,
 * while an ident never is: where both are, the second is the client.
 */
function readPeer(line: string, start: number, end: number): Result<Peer, LineError> {
  const [first = '', second = ''] = line.slice(start, Math.min(end, start + 600)).split(' ', 2);
  if (second.length > 1) {
    const client = Address.parseLenient(second);
    if (client.ok) return Result.ok({ client: client.value, host: first });
  }
  const client = Address.parseLenient(first);
  if (client.ok) return Result.ok({ client: client.value });
  const message = `${excerpt(first)} is not an IP address; expected the client's, or a virtual host and the client's (host names: turn HostnameLookups off)`;
  return Result.err({
    kind: 'bad_value',
    message,
    column: start + 1,
    field: 'client',
    found: excerpt(first),
  });
}

function event(
  at: Timestamp,
  { client, host }: Peer,
  request: string,
  status: number,
  referer: string | undefined,
  userAgent: string | undefined,
): SensorEvent {
  const { method, target } = parseRequestLine(decodeLogEscapes(request));
  const headers = {
    ...(host !== undefined && { host }),
    ...(referer !== undefined && { referer }),
    ...(userAgent !== undefined && { 'user-agent': userAgent }),
  };
  return {
    at,
    client,
    sensor: 'access-log',
    protocol: 'http',
    ...(userAgent !== undefined && { userAgent }),
    observation: cleanHttp(target, at, { method, headers, response_status: status }),
  };
}

/** The field in quotes after the blank at `from`; its text undefined for `-`, which says that there was none. */
function quoted(
  line: string,
  from: number,
): { readonly text: string | undefined; readonly end: number } | undefined {
  if (line[from] !== ' ' || line[from + 1] !== '"') return undefined;
  const close = closingQuote(line, from + 2);
  if (close < 0) return undefined;
  const text = line.slice(from + 2, close);
  return { text: text === '-' || text === '' ? undefined : decodeLogEscapes(text), end: close + 1 };
}

function badFormat(line: string, index: number, expected: string): Result<never, LineError> {
  const found = excerpt(line.slice(index, index + 40));
  const message = `expected ${expected}, found ${index >= line.length ? 'the end of the line' : found}`;
  return Result.err({ kind: 'bad_format', message, column: index + 1, found });
}
