import type { EvidencePlace } from '@aegis/model';
import { decodeUrl } from '../classify/decode-url.ts';
import { type ExtractedPayload, MAX_FIELDS } from './extracted-payload.ts';

/**
 * The values of a query or an urlencoded body, still encoded, each under its decoded name. A name that is none
 * (`?<script>`, `?../../etc/passwd`) is a payload itself.
 */
export function formFields(text: string, place: EvidencePlace): readonly ExtractedPayload[] {
  const fields: ExtractedPayload[] = [];
  let start = 0;
  while (start <= text.length && fields.length < MAX_FIELDS) {
    const next = text.indexOf('&', start);
    const end = next < 0 || fields.length === MAX_FIELDS - 1 ? text.length : next;
    const pair = text.slice(start, end);
    start = end + 1;
    if (pair === '') continue;
    const equals = pair.indexOf('=');
    const name = decodeUrl(equals < 0 ? pair : pair.slice(0, equals), true);
    const plain = /^[\w.[\]$-]{1,128}$/.test(name);
    if (equals >= 0) fields.push({ place, part: name.slice(0, 128), text: pair.slice(equals + 1) });
    if (!plain) fields.push({ place, part: '', text: pair });
  }
  return fields;
}
