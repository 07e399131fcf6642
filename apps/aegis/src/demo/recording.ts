import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { PathInput, RequestInput, SessionInput, Timestamp } from '@aegis/model';

/** Real attack tools and ordinary clients, recorded by the decoy; see demo/recording/README.md. */
export interface Recording {
  readonly sessions: readonly SessionInput[];
  /** Who was behind each address, for sure: what the analysis does not know. */
  readonly clients: Readonly<
    Record<string, { readonly kind: 'attack' | 'ordinary'; readonly tools: readonly string[] }>
  >;
  readonly recordedAt: string;
}

const FOLDER = join(import.meta.dirname, '..', '..', 'demo', 'recording');

/** The recording as if it had ended just now. */
export function loadRecording(now: Timestamp): Recording {
  const manifest = JSON.parse(readFileSync(join(FOLDER, 'manifest.json'), 'utf8')) as {
    readonly clients: Recording['clients'];
    readonly recorded_at: string;
  };
  const text = gunzipSync(readFileSync(join(FOLDER, 'sessions.jsonl.gz'))).toString('utf8');
  const sessions = text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as SessionInput);
  const end = sessions.reduce(
    (latest, session) => Math.max(latest, Number(session.end_time ?? session.start_time)),
    0,
  );
  const shift = now - end;
  return {
    sessions: sessions.map((session) => shifted(session, shift)),
    clients: manifest.clients,
    recordedAt: manifest.recorded_at,
  };
}

/** Times in the recording are epoch milliseconds throughout. */
function shifted(session: SessionInput, by: number): SessionInput {
  const move = <T>(time: T): T | number => (time === undefined ? time : Number(time) + by);
  const moveRequest = <T extends RequestInput | PathInput>(request: T): T => ({
    ...request,
    timestamp: move(request.timestamp),
  });
  return {
    ...session,
    start_time: move(session.start_time) as number,
    end_time: move(session.end_time) as number,
    ...(session.requests === undefined ? {} : { requests: session.requests.map(moveRequest) }),
    ...(session.logins === undefined
      ? {}
      : { logins: session.logins.map((login) => ({ ...login, time: move(login.time) as number })) }),
  };
}
