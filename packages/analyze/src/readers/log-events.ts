import { Result, type Timestamp } from '@aegis/model';
import { normalize } from '../normalize/normalize.ts';
import { createReader } from './create-reader.ts';
import { HostLog, type LogEvent } from './host-log.ts';
import type { LineError } from './line-error.ts';
import type { ReaderFormat } from './reader.ts';

/** Gives what one line after the other says, of a whole session everything that was observed in it. */
export type ReadLogEvents = (line: string, receivedAt: Timestamp) => Result<readonly LogEvent[], LineError>;

/** Reads a log of this format event by event, for those who want no sessions. */
export function logEvents(format: ReaderFormat): ReadLogEvents {
  if (format === 'host-log') {
    const log = new HostLog();
    return (line, receivedAt) => {
      const read = log.read(line, receivedAt);
      return read.ok ? Result.ok(read.value === undefined ? [] : [read.value]) : read;
    };
  }
  const reader = createReader(format);
  return (line, receivedAt) => {
    const read = reader.read(line, receivedAt);
    if (!read.ok) return read;
    if (read.value?.kind === 'session') {
      const session = normalize(read.value.session, { receivedAt });
      if (!session.ok) return Result.err({ kind: 'bad_value', message: session.error.message });
      const { client, observations } = session.value;
      return Result.ok(observations.map((event) => ({ client, event })));
    }
    const event = read.value?.event;
    if (event?.observation === undefined) return Result.ok([]);
    return Result.ok([{ client: event.client, event: event.observation }]);
  };
}
