import {
  Address,
  type HttpObservation,
  type LoginObservation,
  type Notice,
  type Timestamp,
} from '@aegis/model';
import { cleanHttp } from '../normalize/clean-observation.ts';
import { cleanLine } from '../normalize/clean-text.ts';
import type { JsonObject } from '../normalize/json-object.ts';
import { type LinePattern, linePattern } from './line-pattern.ts';

type Timeless<T> = T extends unknown ? Omit<T, 'at'> : never;

/** What a line says. */
export interface Finding {
  /** Absent where what happened has no client. */
  readonly client?: Address;
  /** Where the line says it better than its head does. */
  readonly at?: Timestamp;
  readonly seen: Timeless<HttpObservation | LoginObservation | Notice>;
}

/** One line of a program. */
export interface ProgramLine {
  /** What follows the head: syslog's, or the time. */
  readonly text: string;
  readonly whole: string;
  /** Where the line is a JSON object, or its text is one. */
  readonly json: JsonObject | undefined;
}

/** Makes something of what one program writes. `read` never throws; undefined is a line without interest. */
export interface Program {
  readonly service: string;
  /** Its names in syslog; one that ends with `/` stands for all that begin with it. */
  readonly tags?: readonly string[];
  /** Whether it writes files of its own too; then what tells its lines from others', where not all are of interest. */
  readonly ownFile?: true | ((line: ProgramLine) => boolean);
  read(line: ProgramLine): Finding | undefined;
}

type Fields = Readonly<Record<string, string>>;
/** Makes a finding of what a pattern found. */
export type Make = (fields: Fields, service: string) => Finding | undefined;

/** A program whose lines are told apart by patterns; the first that fits counts. */
export function patternProgram(
  about: Omit<Program, 'read'>,
  patterns: readonly (readonly [pattern: string, make: Make])[],
): Program {
  const compiled: readonly (readonly [LinePattern, Make])[] = patterns.map(([pattern, make]) => [
    linePattern(pattern),
    make,
  ]);
  return {
    ...about,
    read({ text }) {
      for (const [pattern, make] of compiled) {
        const fields = pattern(text);
        if (fields !== undefined) return make(fields, about.service);
      }
      return undefined;
    },
  };
}

/** A sign-in that failed, with `{user}` and `{client}`. */
export function failed(failure: LoginObservation['failure'] = 'bad_credentials'): Make {
  return ({ user = '', client = '' }, service) =>
    loginFinding({ service, user, client, success: false, failure });
}

export const accepted: Make = ({ user = '', client = '' }, service) =>
  loginFinding({ service, user, client, success: true });

/** Something else; every field but `{client}` becomes part of its data. */
export function notice(event: string): Make {
  return ({ client, ...data }, service) => noticeFinding(service, event, data, client);
}

interface Login {
  readonly service: string;
  readonly user: string;
  readonly client: string;
  readonly success: boolean;
  readonly failure?: LoginObservation['failure'];
}

const USER_LENGTH = 256;
const DATA_LENGTH = 1_024;

export function loginFinding({ service, user, client, success, failure }: Login): Finding | undefined {
  const address = Address.parseLenient(client);
  if (!address.ok) return undefined;
  const username = cleanLine(user, USER_LENGTH);
  const why = failure === undefined ? {} : { failure };
  return { client: address.value, seen: { kind: 'login', service, username, success, ...why } };
}

/** Undefined where a client was told that is none. */
export function noticeFinding(
  service: string,
  event: string,
  fields: Fields,
  client?: string,
): Finding | undefined {
  const address = client === undefined ? undefined : Address.parseLenient(client);
  if (address?.ok === false) return undefined;
  const data = Object.fromEntries(
    Object.entries(fields).map(([name, text]) => [name, cleanLine(text, DATA_LENGTH)]),
  );
  return {
    ...(address?.ok === true && { client: address.value }),
    seen: { kind: 'notice', service, event, data },
  };
}

interface Http {
  readonly client: string;
  readonly method: string;
  readonly target: string;
  readonly status: string | number | undefined;
  readonly userAgent?: string;
}

export function httpFinding({ client, method, target, status, userAgent }: Http): Finding | undefined {
  const address = Address.parseLenient(client);
  if (!address.ok) return undefined;
  const headers = userAgent === undefined ? {} : { 'user-agent': userAgent };
  const { at: _, ...seen } = cleanHttp(target, 0, { method, headers, response_status: status });
  return { client: address.value, seen };
}
