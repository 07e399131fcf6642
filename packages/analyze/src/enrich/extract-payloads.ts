import type { HttpObservation, Observation } from '@aegis/model';
import { FILE_NAME_PART } from '../classify/file-upload.ts';
import { bodyFields } from './body-fields.ts';
import { type ExtractedPayload, MAX_FIELDS } from './extracted-payload.ts';
import { formFields } from './form-fields.ts';

/** Headers that say nothing an attacker's code would ever read, or that are taken apart elsewhere. */
const SKIPPED_HEADERS: ReadonlySet<string> = new Set([
  'content-length',
  'connection',
  'cookie',
  'accept-encoding',
]);

/** Everything in an observation that can carry a payload. Passwords are never looked at: they are no text. */
export function extractPayloads(observation: Observation): readonly ExtractedPayload[] {
  switch (observation.kind) {
    case 'http':
      return httpPayloads(observation);
    case 'login':
      return [{ place: 'login', part: 'username', text: observation.username }];
    case 'command':
      return [{ place: 'command', part: '', text: observation.input }];
    case 'download':
      return [];
  }
}

function httpPayloads(request: HttpObservation): readonly ExtractedPayload[] {
  const { path, query } = splitTarget(request.target);
  const payloads: ExtractedPayload[] = [{ place: 'path', part: '', text: path }];
  if (query !== '') payloads.push(...formFields(query, 'query'));
  if (request.method.toUpperCase() === 'PUT')
    payloads.push({ place: 'body', part: FILE_NAME_PART, text: path });
  for (const name of Object.keys(request.headers).slice(0, MAX_FIELDS)) {
    const text = request.headers[name];
    if (typeof text === 'string' && text !== '' && !SKIPPED_HEADERS.has(name))
      payloads.push({ place: 'header', part: name, text });
  }
  for (const name of Object.keys(request.cookies).slice(0, MAX_FIELDS)) {
    const text = request.cookies[name];
    if (typeof text === 'string' && text !== '') payloads.push({ place: 'cookie', part: name, text });
  }
  if (request.body !== undefined && request.body !== '')
    payloads.push(...bodyFields(request.body, request.headers['content-type'] ?? ''));
  return payloads;
}

/** Path and query of a request target; the scheme and host of an absolute one are dropped. */
export function splitTarget(target: string): { readonly path: string; readonly query: string } {
  const absolute = /^[a-z][a-z0-9+.-]{1,15}:\/\/[^/?#]{0,256}/i.exec(target);
  const relative = absolute === null ? target : target.slice(absolute[0].length);
  const mark = relative.indexOf('?');
  if (mark < 0) return { path: relative, query: '' };
  return { path: relative.slice(0, mark), query: relative.slice(mark + 1) };
}
