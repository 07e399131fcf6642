import { Result } from '@aegis/model';
import { cleanHttp } from '../normalize/clean-observation.ts';
import { isJsonObject } from '../normalize/json-object.ts';
import type { SensorEvent } from '../sessionize/sensor-event.ts';
import { fieldIn, portIn, requiredAddress, requiredText, requiredTime, textIn } from './json-fields.ts';
import { parseJsonLine } from './json-line.ts';
import { type Reader, shareRead } from './reader.ts';

/**
 * What SNARE posts to TANNER for each request: `{method, path, headers, cookies, uuid, peer: {ip, port}, status,
 * post_data}`, one object a line. SNARE sends no time; one that was added (`timestamp`) counts, else `receivedAt`.
 */
export function snareReader(): Reader {
  const read: Reader['read'] = (line, receivedAt) => {
    if (line.trim() === '') return Result.ok(undefined);
    const parsed = parseJsonLine(line);
    if (!parsed.ok) return parsed;
    const event = parsed.value;
    const client = requiredAddress(event, ['peer.ip']);
    if (!client.ok) return client;
    const path = requiredText(event, ['path']);
    if (!path.ok) return path;
    const at = requiredTime(event, ['timestamp', 'time', '@timestamp'], receivedAt);
    if (!at.ok) return at;

    const body = formBody(event.post_data);
    const observation = cleanHttp(path.value, at.value, {
      method: event.method,
      headers: event.headers,
      cookies: event.cookies,
      response_status: event.status,
      ...(body !== undefined && { body }),
    });
    const clientPort = portIn(event, ['peer.port']);
    const sensorId = textIn(event, ['uuid']);
    const userAgent = observation.headers['user-agent'];
    const cookie = fieldIn(event, ['cookies.sess_uuid']);
    const sensed: SensorEvent = {
      at: at.value,
      client: client.value,
      ...(clientPort !== undefined && { clientPort }),
      sensor: 'snare',
      ...(sensorId !== undefined && { sensorId }),
      protocol: 'http',
      ...(userAgent !== undefined && { userAgent }),
      ...(typeof cookie === 'string' && { cookie }),
      observation,
    };
    return Result.ok({ kind: 'event', event: sensed });
  };
  return { format: 'snare', read, recognise: (lines) => shareRead((line) => read(line, 0), lines) };
}

/** SNARE parses forms; here they become `application/x-www-form-urlencoded` again. */
function formBody(data: unknown): string | undefined {
  if (typeof data === 'string') return data === '' ? undefined : data;
  if (!isJsonObject(data)) return undefined;
  const form = new URLSearchParams();
  for (const name in data) {
    const value = data[name];
    if (typeof value === 'string' || typeof value === 'number') form.append(name, String(value));
  }
  return form.size === 0 ? undefined : form.toString();
}
