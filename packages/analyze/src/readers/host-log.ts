import { type Address, type Notice, type Observation, Result, type Timestamp } from '@aegis/model';
import type { JsonObject } from '../normalize/json-object.ts';
import { accessLogReader } from './access-log.ts';
import { journalLine } from './journal-line.ts';
import { parseJsonLine } from './json-line.ts';
import { excerpt, type LineError } from './line-error.ts';
import { logTime } from './log-time.ts';
import type { Finding, Program, ProgramLine } from './program.ts';
import { allPrograms } from './programs/all-programs.ts';
import { type Reader, shareRead } from './reader.ts';
import { type SyslogLine, syslogLine } from './syslog-line.ts';

/** What a line of a log says, of whom where that is known. */
export interface LogEvent {
  readonly client?: Address;
  readonly event: Observation | Notice;
}

/**
 * Logs of the programs of a host: what syslog or the journal collected, each line told by the program's name in its
 * head, or the own file of one program. Whose file it is shows with the first line that one of them understands; from
 * then on the others are not asked, so that nobody can write another program's line into a field of this one.
 */
export class HostLog {
  readonly #byTag = new Map<string, Program>();
  readonly #byPrefix: (readonly [prefix: string, program: Program])[] = [];
  readonly #ownFiles: readonly Program[];
  #owner: Program | undefined;

  constructor(programs: readonly Program[] = allPrograms()) {
    for (const program of programs)
      for (const tag of program.tags ?? [])
        if (tag.endsWith('/')) this.#byPrefix.push([tag, program]);
        else this.#byTag.set(tag, program);
    this.#ownFiles = programs.filter(({ ownFile }) => ownFile !== undefined);
  }

  /** Undefined is a line without interest; an error one that no known program writes. */
  read(whole: string, receivedAt: Timestamp): Result<LogEvent | undefined, LineError> {
    if (whole.trim() === '') return Result.ok(undefined);
    const json = jsonOf(whole);
    const syslog = json === undefined ? syslogLine(whole, receivedAt) : journalLine(json);
    if (syslog !== undefined) return Result.ok(this.#readSyslog(whole, syslog));
    const time = logTime(whole, receivedAt);
    const text = time === undefined ? whole : whole.slice(time.end).trimStart();
    const line: ProgramLine = { text, whole, json };
    const at = time?.at ?? receivedAt;
    if (this.#owner !== undefined) return ownLine(this.#owner, line, at);
    for (const program of this.#ownFiles) {
      const finding = program.read(line);
      const owned = typeof program.ownFile === 'function' && program.ownFile(line);
      if (finding === undefined && !owned) continue;
      this.#owner = program;
      return Result.ok(eventOf(finding, at));
    }
    return foreign('no program known here', whole);
  }

  #readSyslog(whole: string, { tag, message, at }: SyslogLine): LogEvent | undefined {
    const program = this.#byTag.get(tag) ?? this.#byPrefix.find(([prefix]) => tag.startsWith(prefix))?.[1];
    if (program === undefined) return accessEvent(whole);
    return eventOf(program.read({ text: message, whole, json: jsonOf(message) }), at);
  }
}

const ACCESS_LOG: Reader = accessLogReader();

/** For who only wants to know whether lines can be read: the year of those that tell none. */
const SOME_TIME: Timestamp = Date.UTC(2026, 0, 1);

/** As a reader of sessions it gives what a session can hold; what has no client, and notices, are left out. */
export function hostLogReader(): Reader {
  const read = (log: HostLog): Reader['read'] => {
    return (line, receivedAt = SOME_TIME) => {
      const result = log.read(line, receivedAt);
      if (!result.ok) return result;
      const { client, event } = result.value ?? {};
      if (client === undefined || event === undefined || event.kind === 'notice') return Result.ok(undefined);
      const service = event.kind === 'login' ? event.service : undefined;
      const protocol = event.kind === 'http' ? 'http' : service === 'sshd' ? 'ssh' : 'other';
      const { at } = event;
      return Result.ok({
        kind: 'event',
        event: { at, client, sensor: 'host-log', protocol, observation: event },
      });
    };
  };
  return {
    format: 'host-log',
    read: read(new HostLog()),
    // With a log of its own: the sample will be read again.
    recognise: (lines) => shareRead(read(new HostLog()), lines),
  };
}

/** Where a program's lines can be told from others', one that is none of them is an error. */
function ownLine(owner: Program, line: ProgramLine, at: Timestamp): Result<LogEvent | undefined, LineError> {
  const finding = owner.read(line);
  if (finding !== undefined || typeof owner.ownFile !== 'function' || owner.ownFile(line))
    return Result.ok(eventOf(finding, at));
  return foreign(`${owner.service} never`, line.whole);
}

function foreign(who: string, whole: string): Result<never, LineError> {
  const found = excerpt(whole);
  return Result.err({ kind: 'bad_format', message: `${who} writes ${found}`, column: 1, found });
}

/** Web servers may log their requests through syslog as well, under any name. */
function accessEvent(whole: string): LogEvent | undefined {
  const read = ACCESS_LOG.read(whole);
  if (!read.ok || read.value?.kind !== 'event' || read.value.event.observation === undefined)
    return undefined;
  return { client: read.value.event.client, event: read.value.event.observation };
}

function jsonOf(text: string): JsonObject | undefined {
  if (!text.startsWith('{')) return undefined;
  const parsed = parseJsonLine(text);
  return parsed.ok ? parsed.value : undefined;
}

function eventOf(finding: Finding | undefined, at: Timestamp): LogEvent | undefined {
  if (finding === undefined) return undefined;
  const { client, seen, at: own = at } = finding;
  return { ...(client !== undefined && { client }), event: { ...seen, at: own } };
}
