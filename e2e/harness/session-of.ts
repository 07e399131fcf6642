import type { SessionInput } from '@aegis/model';

const FIREFOX = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0';

/** What a session of a test has to say; the rest is filled in. */
interface Wanted {
  readonly id: string;
  readonly peer: string;
  readonly path: string;
  readonly agent?: string;
  /** Epoch milliseconds; default a minute ago. */
  readonly at?: number;
}

/** A session of one request. */
export function sessionOf({
  id,
  peer,
  path,
  agent = FIREFOX,
  at = Date.now() - 60_000,
}: Wanted): SessionInput {
  return {
    sess_uuid: id,
    peer_ip: peer,
    user_agent: agent,
    start_time: at,
    end_time: at + 1_000,
    requests: [{ method: 'GET', path, headers: {}, cookies: {}, timestamp: at, response_status: 200 }],
  };
}

/** One that leads to a ban. */
export function attackOf(id: string, peer: string): SessionInput {
  const path = `/item?id=${encodeURIComponent(`1' UNION SELECT login, password FROM staff WHERE id='${id}`)}--`;
  return sessionOf({ id, peer, path, agent: 'sqlmap/1.7.2#stable (https://sqlmap.org)' });
}
