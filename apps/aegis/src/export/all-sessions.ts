import type { SessionRecord } from '@aegis/model';
import type { Archive, SessionQuery } from '@aegis/ports';

const PAGE = 500;

/** What to look for; all pages. */
export type SessionFilter = Omit<SessionQuery, 'limit' | 'cursor'>;

/**
 * Every session that fits, the newest first, masked as asked, page by page: memory does not
 * grow with the export.
 */
export async function* allSessions(
  archive: Archive,
  filter: SessionFilter,
  masked: (session: SessionRecord) => SessionRecord,
): AsyncGenerator<SessionRecord> {
  let cursor: string | undefined;
  do {
    const page = await archive.find({ ...filter, limit: PAGE, ...(cursor === undefined ? {} : { cursor }) });
    yield* page.sessions.map(masked);
    cursor = page.next;
  } while (cursor !== undefined);
}
