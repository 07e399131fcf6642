import type { Timestamp } from '@aegis/model';
import { parseTime } from '../normalize/parse-time.ts';
import { logTime } from './log-time.ts';

/** A line that went through syslog. */
export interface SyslogLine {
  readonly at: Timestamp;
  /** The program, without its process id: `sshd`, `postfix/smtpd`. */
  readonly tag: string;
  readonly message: string;
}

/** RFC 5424: `<30>1 TIME host program pid id [structured data] message`. */
const NEW = /^<\d{1,3}>1 (\S{1,64}) \S{1,255} (\S{1,64}) \S{1,128} \S{1,32} (?:-|(?:\[[^\]]{0,512}\])+) /;
/** RFC 3164 and what rsyslog and journalctl write: `Jul  8 11:07:07 host program[pid]: message`. */
const OLD =
  /^(?:<\d{1,3}>)?((?:[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d(?:\.\d{1,9})?|\d{4}-\d\d-\d\dT[\d:.+-]{8,24}Z?)) [A-Za-z0-9][A-Za-z0-9_.:-]{0,254} ([A-Za-z][A-Za-z0-9_./,@-]{0,63})(?:\[\d{1,10}\])?(: ?| )/;

/** Undefined where syslog had no part in it. Without a colon only routers' lists of topics are tags. */
export function syslogLine(line: string, receivedAt: Timestamp): SyslogLine | undefined {
  const modern = NEW.exec(line);
  if (modern !== null) {
    const at = parseTime(modern[1]);
    const tag = modern[2];
    return at === undefined || tag === undefined
      ? undefined
      : { at, tag, message: line.slice(modern[0].length) };
  }
  const old = OLD.exec(line);
  if (old === null) return undefined;
  const [header, time = '', tag = '', end] = old;
  if (end === ' ' && !tag.includes(',')) return undefined;
  const at = parseTime(time) ?? logTime(time, receivedAt)?.at;
  return at === undefined ? undefined : { at, tag, message: line.slice(header.length) };
}
