import { parseTime } from '../../normalize/parse-time.ts';
import { statusIn, textIn } from '../json-fields.ts';
import { httpFinding, type Program } from '../program.ts';

/** ntfy, JSON lines: how each connection ended. */
export const ntfy: Program = {
  service: 'ntfy',
  ownFile: ({ json }) => json?.tag === 'http' && 'http_path' in json,
  read({ json }) {
    if (json?.tag !== 'http' || json.http_status === undefined) return undefined;
    const at = parseTime(textIn(json, ['time']));
    const found = httpFinding({
      client: textIn(json, ['visitor_ip']) ?? '',
      method: textIn(json, ['http_method']) ?? '',
      target: textIn(json, ['http_path']) ?? '/',
      status: statusIn(json, ['http_status']),
    });
    return found === undefined ? undefined : { ...found, ...(at !== undefined && { at }) };
  },
};
