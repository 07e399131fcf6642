import type { SessionRecord } from '@aegis/model';
import type { Archive, SessionQuery } from '@aegis/ports';

const PAGE = 500;

/** What to look for; all pages. */
export type SessionFilter = Omit<SessionQuery, 'limit' | 'cursor'>;

/** Every session that fits, the newest first, page by page: memory does not grow with the export. */
export async function* allSessions(archive: Archive, filter: SessionFilter): AsyncGenerator<SessionRecord> {
  let cursor: string | undefined;
  do {
    const page = await archive.find({ ...filter, limit: PAGE, ...(cursor === undefined ? {} : { cursor }) });
    yield* page.sessions;
    cursor = page.next;
  } while (cursor !== undefined);
}
