import { type AttackType, Result } from '@aegis/model';
import { attackTypeOf } from '../normalize/attack-types.ts';
import { cleanHttp } from '../normalize/clean-observation.ts';
import type { JsonObject } from '../normalize/json-object.ts';
import { fieldIn, portIn, requiredAddress, requiredTime, statusIn, textIn } from './json-fields.ts';
import { parseJsonLine } from './json-line.ts';
import type { LineError } from './line-error.ts';
import { type Reader, type ReaderItem, shareRead } from './reader.ts';
import { ZeekTable } from './zeek-table.ts';

/**
 * Zeek's http.log, as tab-separated values under a `#fields` header or as JSON lines. The header is state: where
 * reading is taken up in the middle of a file, the `#` lines of its beginning must be read first.
 */
export function zeekHttpReader(): Reader {
  const table = new ZeekTable();
  return {
    format: 'zeek-http',
    recognise(lines) {
      const trial = new ZeekTable();
      return shareRead((line) => read(line, trial), lines);
    },
    read: (line) => read(line, table),
  };
}

function read(line: string, table: ZeekTable): Result<ReaderItem | undefined, LineError> {
  if (line.trim() === '') return Result.ok(undefined);
  if (line.startsWith('#')) return table.directive(line);
  const row = line.startsWith('{') ? parseJsonLine(line) : table.row(line);
  return row.ok ? readRow(row.value) : row;
}

function readRow(row: JsonObject): Result<ReaderItem | undefined, LineError> {
  const client = requiredAddress(row, ['id.orig_h']);
  if (!client.ok) return client;
  const at = requiredTime(row, ['ts']);
  if (!at.ok) return at;
  const method = textIn(row, ['method']);
  const target = textIn(row, ['uri']);
  // Zeek logs replies without a request and messages it could not parse as rows with neither.
  if (method === undefined && target === undefined) return Result.ok(undefined);

  const userAgent = textIn(row, ['user_agent']);
  const clientPort = portIn(row, ['id.orig_p']);
  const label = labelOf(fieldIn(row, ['tags']));
  const observation = cleanHttp(target ?? '/', at.value, {
    method,
    headers: {
      host: textIn(row, ['host']),
      referer: textIn(row, ['referrer']),
      'user-agent': userAgent,
    },
    response_status: statusIn(row, ['status_code']),
    attack_type: label,
  });
  return Result.ok({
    kind: 'event',
    event: {
      at: at.value,
      client: client.value,
      ...(clientPort !== undefined && { clientPort }),
      sensor: 'zeek-http',
      protocol: 'http',
      ...(userAgent !== undefined && { userAgent }),
      observation,
    },
  });
}

/** Zeek's own findings come as tags: `HTTP::URI_SQLI`. */
function labelOf(tags: unknown): AttackType | undefined {
  const names = Array.isArray(tags) ? tags : typeof tags === 'string' ? tags.split(',') : [];
  for (const name of names) {
    const type = typeof name === 'string' ? attackTypeOf(name) : undefined;
    if (type !== undefined && type !== 'unknown') return type;
  }
  return undefined;
}
