import type { HttpObservation, Session } from '@aegis/model';
import { decodeUrl } from '../classify/decode-url.ts';
import type { Conduct } from './enriched-session.ts';
import { splitTarget } from './extract-payloads.ts';

const LOGIN_PATH =
  /\/(?:wp-login\.php|xmlrpc\.php|log-?in|sign-?in|auth(?:enticate|\/token)?|sessions?|account\/login|user\/login|admin\/login|administrator|owa\/auth\.owa|oauth\/token|token)(?:[/.?]|$)/i;
const USER_FIELD =
  /(?:^|[&{,"'\s])"?(?:log|user(?:name|_name|id)?|email|e-mail|login|account|usr)"?\s{0,2}[=:]\s{0,2}"?([^&"\s,]{1,128})/i;
const MAX_NAMES = 4_096;

/** Counts what a client did. `hostile`: how many observations hold a finding. */
export function conduct(session: Session, hostile: number): Conduct {
  const paths = new Set<string>();
  const names = new Set<string>();
  const counts = {
    requests: 0,
    logins: 0,
    failedLogins: 0,
    successfulLogins: 0,
    loginPosts: 0,
    commands: 0,
    downloads: 0,
    notFound: 0,
    answered: 0,
  };
  for (const observation of session.observations) {
    switch (observation.kind) {
      case 'http':
        counts.requests++;
        if (paths.size < MAX_NAMES) paths.add(splitTarget(observation.target).path);
        if (observation.status !== undefined) counts.answered++;
        if (observation.status === 404 || observation.status === 410) counts.notFound++;
        if (isLoginPost(observation)) {
          counts.loginPosts++;
          const name = USER_FIELD.exec((observation.body ?? '').slice(0, 4_096))?.[1];
          if (name !== undefined && names.size < MAX_NAMES) names.add(decodeUrl(name, true));
        }
        break;
      case 'login':
        counts.logins++;
        if (names.size < MAX_NAMES) names.add(observation.username);
        if (observation.success) counts.successfulLogins++;
        else counts.failedLogins++;
        break;
      case 'command':
        counts.commands++;
        break;
      case 'download':
        counts.downloads++;
        break;
    }
  }
  return {
    ...counts,
    loginAttempts: Math.max(counts.loginPosts, counts.failedLogins),
    distinctUsernames: names.size,
    distinctPaths: paths.size,
    hostileShare: session.observations.length === 0 ? 0 : hostile / session.observations.length,
    durationSeconds: Math.max(0, (session.endedAt - session.startedAt) / 1_000),
  };
}

/** A POST to where one signs in, or a GET with HTTP authentication that was refused. */
function isLoginPost(request: HttpObservation): boolean {
  const { path } = splitTarget(request.target);
  if (request.method.toUpperCase() === 'POST') return LOGIN_PATH.test(path);
  return request.status === 401 && request.headers.authorization !== undefined;
}
