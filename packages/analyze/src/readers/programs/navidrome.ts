import { linePattern } from '../line-pattern.ts';
import { httpFinding, type Program } from '../program.ts';
import { logfmt } from './logfmt.ts';

const REQUEST = linePattern('HTTP: {method:word} {url:rest}');

/** Navidrome's log of requests. */
export const navidrome: Program = {
  service: 'navidrome',
  ownFile: true,
  read({ whole }) {
    if (!whole.startsWith('time="') || !whole.includes('msg="HTTP: ')) return undefined;
    const fields = logfmt(whole);
    const found = REQUEST(fields.get('msg') ?? '');
    const userAgent = fields.get('userAgent');
    if (found === undefined) return undefined;
    return httpFinding({
      client: fields.get('remoteAddr') ?? '',
      method: found.method ?? '',
      target: (found.url ?? '').replace(/^https?:\/\/[^/]*/, ''),
      status: fields.get('httpStatus'),
      ...(userAgent !== undefined && { userAgent }),
    });
  },
};
