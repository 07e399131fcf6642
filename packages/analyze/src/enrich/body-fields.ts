import { FILE_NAME_PART } from '../classify/file-upload.ts';
import { type ExtractedPayload, MAX_FIELDS } from './extracted-payload.ts';
import { formFields } from './form-fields.ts';

/** Larger JSON is classified as plain text. */
const LARGEST_JSON = 65_536;

/** The parts of a request body that can carry a payload, by what the body says it is and by what it looks like. */
export function bodyFields(body: string, contentType: string): readonly ExtractedPayload[] {
  const type = contentType.toLowerCase();
  if (type.includes('multipart/')) return multipartFields(body, contentType);
  const first = body.trimStart()[0];
  if (type.includes('json') || first === '{' || first === '[') {
    const fields = jsonFields(body);
    if (fields !== undefined) return fields;
  }
  const form = type.includes('urlencoded') || (type === '' && /^[\w.[\]%-]{1,64}=/.test(body));
  if (form) return formFields(body, 'body');
  return [{ place: 'body', part: '', text: body }];
}

/** Every string of the document under its key; an operator as a key (`{"$ne": ""}`) shows in the part. */
function jsonFields(body: string): readonly ExtractedPayload[] | undefined {
  if (body.length > LARGEST_JSON) return undefined;
  let document: unknown;
  try {
    document = JSON.parse(body);
  } catch {
    return undefined;
  }
  const fields: ExtractedPayload[] = [];
  const open: { readonly part: string; readonly value: unknown }[] = [{ part: '', value: document }];
  for (let next = open.pop(); next !== undefined && fields.length < MAX_FIELDS; next = open.pop()) {
    const { part, value } = next;
    if (typeof value === 'string') fields.push({ place: 'body', part, text: value });
    else if (part.includes('[$') && (typeof value !== 'object' || value === null))
      fields.push({ place: 'body', part, text: String(value) });
    else if (typeof value === 'object' && value !== null) {
      for (const [key, inner] of Object.entries(value).slice(0, MAX_FIELDS)) {
        const operator = key.startsWith('$') ? `${part}[${key}]` : key;
        const name = Array.isArray(value) ? part : operator;
        open.push({ part: name.slice(0, 128), value: inner });
        if (!/^[\w$ .:/-]*$/.test(key)) fields.push({ place: 'body', part: '', text: key });
      }
    }
  }
  return fields;
}

/** RFC 7578: each part under its name, and the file names apart. */
function multipartFields(body: string, contentType: string): readonly ExtractedPayload[] {
  const declared = /boundary="?([^";\s]{1,100})/i.exec(contentType)?.[1];
  const boundary = declared === undefined ? /^--([^\r\n]{1,100})/.exec(body)?.[1] : declared;
  if (boundary === undefined) return [{ place: 'body', part: '', text: body }];
  const fields: ExtractedPayload[] = [];
  for (const section of body.split(`--${boundary}`, MAX_FIELDS)) {
    const split = /\r?\n\r?\n/.exec(section);
    if (split === null) continue;
    const head = section.slice(0, split.index);
    const part = /\bname="?([^";\r\n]{0,128})/i.exec(head.replace(/filename\*?=/gi, ''))?.[1] ?? '';
    const file = /filename\*?="?([^"\r\n]{1,256})/i.exec(head)?.[1];
    if (file !== undefined) fields.push({ place: 'body', part: FILE_NAME_PART, text: file });
    fields.push({ place: 'body', part, text: section.slice(split.index + split[0].length).trimEnd() });
  }
  return fields;
}
