import type { SessionRecord } from '@aegis/model';
import { IDENTITY, sessionObjects } from './session-objects.ts';
import { stixId } from './stix-id.ts';

/** Ids remembered, to name shared objects once; of more than these the oldest may come a second time, the same. */
const REMEMBERED = 100_000;
const SHARED = new Set(['ipv4-addr', 'ipv6-addr', 'network-traffic', 'attack-pattern', 'relationship']);

/** One STIX 2.1 bundle, in pieces. */
export async function* sessionsAsStix(sessions: AsyncIterable<SessionRecord>): AsyncGenerator<string> {
  const written = new Set<string>();
  let first: string | undefined;
  for await (const session of sessions) {
    if (first === undefined) yield opening(session.sess_uuid);
    first ??= session.sess_uuid;
    for (const object of sessionObjects(session)) {
      if (written.has(object.id)) continue;
      if (SHARED.has(object.type)) remember(written, object.id);
      yield `,\n${JSON.stringify(object)}`;
    }
  }
  yield first === undefined ? `${opening('')}\n]}\n` : '\n]}\n';
}

function opening(newest: string): string {
  return `{"type":"bundle","id":"${stixId('bundle', newest)}","objects":[\n${JSON.stringify(IDENTITY)}`;
}

function remember(written: Set<string>, id: string): void {
  written.add(id);
  const oldest = written.values().next().value;
  if (written.size > REMEMBERED && oldest !== undefined) written.delete(oldest);
}
