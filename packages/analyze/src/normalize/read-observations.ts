import type { AttackType, Observation, Timestamp } from '@aegis/model';
import { cleanCommand, cleanDownload, cleanHttp, cleanLogin } from './clean-observation.ts';
import { isJsonObject, type JsonObject } from './json-object.ts';
import { mergePaths, type RawRequest } from './merge-paths.ts';
import { parseTime } from './parse-time.ts';

interface Timed {
  readonly at: Timestamp | undefined;
  readonly observe: (at: Timestamp) => Observation | undefined;
}

export interface ReadObservations {
  /** In time order, those of one time as sent: requests, logins, commands, downloads. */
  readonly all: readonly Observation[];
  /** The earliest usable time, `start_time` included; undefined where there is none. */
  readonly startedAt: Timestamp | undefined;
}

/**
 * Everything a session input says was seen. An entry without a usable time has that of the entry before it in
 * its list, the first one the session's start. A request that names no attack has the label of its path.
 */
export function readObservations(
  input: JsonObject,
  labelByPath: ReadonlyMap<string, AttackType>,
): ReadObservations {
  const requests = withSessionFields(mergePaths(input.requests, input.paths), input);
  const lists: readonly (readonly Timed[])[] = [
    requests.map((request) => ({
      at: request.at,
      observe: (at) => observeRequest(request, at, labelByPath),
    })),
    timedEntries(input.logins, cleanLogin),
    timedEntries(input.commands, cleanCommand),
    timedEntries(input.downloads, cleanDownload),
  ];
  let startedAt = parseTime(input.start_time);
  for (const { at } of lists.flat()) {
    if (at !== undefined && (startedAt === undefined || at < startedAt)) startedAt = at;
  }
  if (startedAt === undefined) return { all: [], startedAt };

  const all: Observation[] = [];
  for (const list of lists) {
    let time = startedAt;
    for (const { at, observe } of list) {
      time = at ?? time;
      const observation = observe(time);
      if (observation !== undefined) all.push(observation);
    }
  }
  return { all: all.sort((a, b) => a.at - b.at), startedAt };
}

function timedEntries(
  list: unknown,
  clean: (at: Timestamp, fields: JsonObject) => Observation | undefined,
): readonly Timed[] {
  if (!Array.isArray(list)) return [];
  return list
    .filter(isJsonObject)
    .map((fields) => ({ at: parseTime(fields.time), observe: (at) => clean(at, fields) }));
}

function observeRequest(
  { path, fields }: RawRequest,
  at: Timestamp,
  labelByPath: ReadonlyMap<string, AttackType>,
): Observation {
  const observation = cleanHttp(path, at, fields);
  if (observation.label !== undefined || labelByPath.size === 0) return observation;
  const query = path.indexOf('?');
  const label = labelByPath.get(path) ?? (query < 0 ? undefined : labelByPath.get(path.slice(0, query)));
  return label === undefined ? observation : { ...observation, label };
}

/** TANNER's session-wide `cookies` and `referer` go to the first request without any, where classifiers look. */
function withSessionFields(requests: readonly RawRequest[], input: JsonObject): readonly RawRequest[] {
  const filled = [...requests];
  const fill = (lacks: (fields: JsonObject) => boolean, more: (fields: JsonObject) => JsonObject): void => {
    const index = filled.findIndex(({ fields }) => lacks(fields));
    const request = filled[index];
    if (request === undefined) return;
    filled[index] = { ...request, fields: { ...request.fields, ...more(request.fields) } };
  };
  const { cookies, referer } = input;
  if (isJsonObject(cookies) && !isEmpty(cookies)) {
    fill(
      (fields) => isEmpty(fields.cookies),
      () => ({ cookies }),
    );
  }
  if (typeof referer === 'string' && referer !== '') {
    fill(
      ({ headers }) => !isJsonObject(headers) || (headers.referer ?? headers.Referer) === undefined,
      ({ headers }) => ({ headers: { referer, ...(isJsonObject(headers) ? headers : {}) } }),
    );
  }
  return filled;
}

function isEmpty(value: unknown): boolean {
  if (!isJsonObject(value)) return true;
  for (const _ in value) return false;
  return true;
}
