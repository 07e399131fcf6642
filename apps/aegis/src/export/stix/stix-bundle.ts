import type { SessionRecord } from '@aegis/model';
import { IDENTITY, sessionObjects } from './session-objects.ts';
import { stixId } from './stix-id.ts';

/** Ids remembered, to name shared objects once: these at least, twice as many at most. */
const REMEMBERED = 50_000;
const SHARED = new Set(['ipv4-addr', 'ipv6-addr', 'network-traffic', 'attack-pattern', 'relationship']);

/** One STIX 2.1 bundle, in pieces. */
export async function* sessionsAsStix(sessions: AsyncIterable<SessionRecord>): AsyncGenerator<string> {
  const written = new RecentIds();
  let first: string | undefined;
  for await (const session of sessions) {
    if (first === undefined) yield opening(session.sess_uuid);
    first ??= session.sess_uuid;
    for (const object of sessionObjects(session)) {
      if (written.has(object.id)) continue;
      if (SHARED.has(object.type)) written.add(object.id);
      yield `,\n${JSON.stringify(object)}`;
    }
  }
  yield first === undefined ? `${opening('')}\n]}\n` : '\n]}\n';
}

function opening(newest: string): string {
  return `{"type":"bundle","id":"${stixId('bundle', newest)}","objects":[\n${JSON.stringify(IDENTITY)}`;
}

/** Remembers the newest in two generations: a set that loses its oldest member again and again becomes slow. */
class RecentIds {
  #older: ReadonlySet<string> = new Set();
  #newer = new Set<string>();

  has(id: string): boolean {
    return this.#newer.has(id) || this.#older.has(id);
  }

  add(id: string): void {
    if (this.#newer.size >= REMEMBERED) {
      this.#older = this.#newer;
      this.#newer = new Set();
    }
    this.#newer.add(id);
  }
}
