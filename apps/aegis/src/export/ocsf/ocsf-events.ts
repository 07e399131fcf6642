import type { SessionRecord } from '@aegis/model';
import { detectionFinding } from './detection-finding.ts';
import { httpActivity } from './http-activity.ts';

/** OCSF events: what an HTTP session did, and what was found in any session. */
export async function* ocsfEvents(sessions: AsyncIterable<SessionRecord>): AsyncGenerator<object> {
  for await (const session of sessions) {
    const activity = httpActivity(session);
    if (activity !== undefined) yield activity;
    if (session.attack_types.length > 0) yield detectionFinding(session);
  }
}
