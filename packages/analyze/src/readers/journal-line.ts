import type { Timestamp } from '@aegis/model';
import type { JsonObject } from '../normalize/json-object.ts';
import type { SyslogLine } from './syslog-line.ts';

/** What `journalctl -o json` writes: time in microseconds, the program, its message. */
export function journalLine(json: JsonObject): SyslogLine | undefined {
  const { MESSAGE: message, SYSLOG_IDENTIFIER: tag, _COMM: command, __REALTIME_TIMESTAMP: time } = json;
  const name = typeof tag === 'string' ? tag : command;
  if (typeof message !== 'string' || typeof name !== 'string' || typeof time !== 'string') return undefined;
  const at: Timestamp = Math.floor(Number(time) / 1_000);
  return Number.isSafeInteger(at) ? { at, tag: name, message } : undefined;
}
