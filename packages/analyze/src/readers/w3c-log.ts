import { Result } from '@aegis/model';
import { cleanHttp } from '../normalize/clean-observation.ts';
import type { JsonObject } from '../normalize/json-object.ts';
import { parseTime } from '../normalize/parse-time.ts';
import { parseCookieHeader } from './cookie-header.ts';
import { portIn, requiredAddress, statusIn, textIn } from './json-fields.ts';
import { excerpt, type LineError } from './line-error.ts';
import { type Reader, type ReaderItem, shareRead } from './reader.ts';
import { W3cTable } from './w3c-table.ts';

/**
 * W3C extended logs: of IIS, with blanks between values and `+` for blanks in them, and of CloudFront, with tabs
 * and percent-encoding. The client is `c-ip`, what a proxy in front said of it is not looked at. The header is state
 * and may change from line to line; where reading is taken up in the middle, the first one must be read before.
 */
export function w3cLogReader(): Reader {
  const table = new W3cTable();
  return {
    format: 'w3c-log',
    recognise(lines) {
      const trial = new W3cTable();
      return shareRead((line) => read(line, trial), lines);
    },
    read: (line) => read(line, table),
  };
}

function read(line: string, table: W3cTable): Result<ReaderItem | undefined, LineError> {
  if (line.trim() === '') return Result.ok(undefined);
  if (line.startsWith('#')) return table.directive(line);
  const row = table.row(line);
  return row.ok ? readRow(row.value.values, row.value.isEncoded) : row;
}

function readRow(row: JsonObject, isEncoded: boolean): Result<ReaderItem | undefined, LineError> {
  const client = requiredAddress(row, ['c-ip']);
  if (!client.ok) return client;
  const [date, time] = [textIn(row, ['date']), textIn(row, ['time'])];
  const at = date === undefined || time === undefined ? undefined : parseTime(`${date} ${time}`);
  if (at === undefined) return badTime(date, time);
  const stem = textIn(row, ['cs-uri-stem', 'cs-uri']);
  const method = textIn(row, ['cs-method']);
  // A connection that sent no request.
  if (stem === undefined && method === undefined) return Result.ok(undefined);

  const query = textIn(row, ['cs-uri-query']);
  const value = (names: readonly string[]): string | undefined => plain(textIn(row, names), isEncoded);
  const userAgent = value(['cs(user-agent)']);
  const cookie = value(['cs(cookie)']);
  const clientPort = portIn(row, ['c-port']);
  const observation = cleanHttp(query === undefined ? (stem ?? '/') : `${stem ?? '/'}?${query}`, at, {
    method,
    headers: {
      host: value(['cs-host', 'cs(host)', 'x-host-header']),
      referer: value(['cs(referer)', 'cs(referrer)']),
      'user-agent': userAgent,
    },
    cookies: cookie === undefined ? {} : parseCookieHeader(cookie),
    response_status: statusIn(row, ['sc-status']),
  });
  return Result.ok({
    kind: 'event',
    event: {
      at,
      client: client.value,
      ...(clientPort !== undefined && { clientPort }),
      sensor: 'w3c-log',
      protocol: 'http',
      ...(userAgent !== undefined && { userAgent }),
      observation,
    },
  });
}

function badTime(date: string | undefined, time: string | undefined): Result<never, LineError> {
  if (date === undefined || time === undefined) {
    const missing = date === undefined ? 'date' : 'time';
    const message = `${missing} is missing; expected it among #Fields${missing === 'date' ? ', or a #Date:' : ''}`;
    return Result.err({ kind: 'missing_field', message, field: missing });
  }
  const found = excerpt(`${date} ${time}`);
  const message = `date and time are ${found}; expected such as 2026-10-27 02:00:00, in 1990-2099`;
  return Result.err({ kind: 'bad_value', message, field: 'time', found });
}

/** A header's value as it was sent, as far as the log tells: a `+` of IIS was a blank or a plus. */
function plain(text: string | undefined, isEncoded: boolean): string | undefined {
  if (text === undefined) return undefined;
  if (!isEncoded) return text.replaceAll('+', ' ');
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
