import type { Observation, Protocol, Timestamp } from '@aegis/model';
import { Result } from '@aegis/model';
import { cleanCommand, cleanDownload, cleanLogin } from '../normalize/clean-observation.ts';
import type { JsonObject } from '../normalize/json-object.ts';
import type { SensorEvent } from '../sessionize/sensor-event.ts';
import { fieldError, portIn, requiredAddress, requiredText, requiredTime, textIn } from './json-fields.ts';
import { parseJsonLine } from './json-line.ts';
import type { LineError } from './line-error.ts';
import { type Reader, shareRead } from './reader.ts';

/** What an event says besides who and when; undefined where it adds nothing. */
interface Meaning {
  readonly observation?: Observation;
  readonly protocol?: Protocol;
  readonly userAgent?: string;
  readonly ends?: boolean;
}

type MeaningOf = (at: Timestamp, event: JsonObject) => Result<Meaning, LineError>;

/** By Cowrie's event id. `cowrie.command.failed` repeats a `command.input` and is left out with the others. */
const MEANINGS: ReadonlyMap<string, MeaningOf> = new Map<string, MeaningOf>([
  ['cowrie.session.connect', (_, event) => Result.ok(connection(event))],
  ['cowrie.client.version', (_, event) => Result.ok(clientVersion(event))],
  ['cowrie.login.success', (at, event) => login(at, event, true)],
  ['cowrie.login.failed', (at, event) => login(at, event, false)],
  ['cowrie.command.input', command],
  ['cowrie.session.file_download', (at, event) => download(at, event, ['url', 'destfile', 'outfile'])],
  ['cowrie.session.file_upload', (at, event) => download(at, event, ['filename', 'url', 'outfile'])],
  ['cowrie.session.closed', () => Result.ok({ ends: true })],
]);

/** Cowrie's JSON lines (ssh and telnet). */
export function cowrieReader(): Reader {
  const read: Reader['read'] = (line) => {
    if (line.trim() === '') return Result.ok(undefined);
    const parsed = parseJsonLine(line);
    if (!parsed.ok) return parsed;
    const event = parsed.value;
    const eventId = requiredText(event, ['eventid']);
    if (!eventId.ok) return eventId;
    if (!eventId.value.startsWith('cowrie.')) {
      const message = `eventid is ${JSON.stringify(eventId.value.slice(0, 60))}; expected one that begins with cowrie.`;
      return Result.err({ kind: 'bad_value', message, field: 'eventid' });
    }
    const meaningOf = MEANINGS.get(eventId.value);
    if (meaningOf === undefined) return Result.ok(undefined);
    const client = requiredAddress(event, ['src_ip']);
    if (!client.ok) return client;
    const sessionId = requiredText(event, ['session']);
    if (!sessionId.ok) return sessionId;
    const at = requiredTime(event, ['timestamp', 'time']);
    if (!at.ok) return at;
    const meaning = meaningOf(at.value, event);
    if (!meaning.ok) return meaning;

    const clientPort = portIn(event, ['src_port']);
    const sensorId = textIn(event, ['sensor']);
    const sensed: SensorEvent = {
      at: at.value,
      client: client.value,
      ...(clientPort !== undefined && { clientPort }),
      sensor: 'cowrie',
      ...(sensorId !== undefined && { sensorId }),
      sessionId: sessionId.value,
      ...meaning.value,
    };
    return Result.ok({ kind: 'event', event: sensed });
  };
  return { format: 'cowrie', read, recognise: (lines) => shareRead(read, lines) };
}

function connection(event: JsonObject): Meaning {
  const protocol = textIn(event, ['protocol']);
  return protocol === 'ssh' || protocol === 'telnet' ? { protocol } : {};
}

/** Old releases write Python's `b'SSH-2.0-Go'`. */
function clientVersion(event: JsonObject): Meaning {
  const version = textIn(event, ['version']);
  return version === undefined ? {} : { protocol: 'ssh', userAgent: version.replace(/^b'(.*)'$/, '$1') };
}

function login(at: Timestamp, event: JsonObject, success: boolean): Result<Meaning, LineError> {
  return observed(event, 'username', cleanLogin(at, { ...event, success }));
}

function command(at: Timestamp, event: JsonObject): Result<Meaning, LineError> {
  return observed(event, 'input', cleanCommand(at, event));
}

function download(at: Timestamp, event: JsonObject, names: readonly string[]): Result<Meaning, LineError> {
  const url = textIn(event, names);
  return observed(event, 'url', cleanDownload(at, { url, sha256: event.shasum }));
}

function observed(
  event: JsonObject,
  field: string,
  observation: Observation | undefined,
): Result<Meaning, LineError> {
  return observation === undefined ? fieldError(event, [field], 'text') : Result.ok({ observation });
}
