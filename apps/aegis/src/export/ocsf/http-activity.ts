import type { SessionRecord } from '@aegis/model';
import { baseEvent, sensorEndpoint, sourceEndpoint } from './ocsf-common.ts';

const CLASS_UID = 4_002;
const OTHER = 99;
const ACTIVITY_OF_METHOD: ReadonlyMap<string, number> = new Map([
  ['CONNECT', 1],
  ['DELETE', 2],
  ['GET', 3],
  ['HEAD', 4],
  ['OPTIONS', 5],
  ['POST', 6],
  ['PUT', 7],
  ['TRACE', 8],
]);

/** HTTP Activity: the request that shows best what the session did, and how many there were. */
export function httpActivity(session: SessionRecord): object | undefined {
  const { protocol, requests, user_agent: agent } = session;
  const shown = requests.find(({ attack_type: type }) => type !== undefined) ?? requests[0];
  if (protocol !== 'http' || shown === undefined) return undefined;
  const { method, path, status } = shown;
  const target = path.toWellFormed();
  const [urlPath = '', ...query] = target.split('?');
  return {
    ...baseEvent(session, CLASS_UID, ACTIVITY_OF_METHOD.get(method.toUpperCase()) ?? OTHER),
    activity_name: method.toWellFormed(),
    src_endpoint: sourceEndpoint(session),
    dst_endpoint: sensorEndpoint(session),
    http_request: {
      http_method: method.toWellFormed(),
      user_agent: agent.toWellFormed(),
      url: {
        url_string: target,
        path: urlPath,
        ...(query.length === 0 ? {} : { query_string: query.join('?') }),
      },
    },
    ...(status === undefined ? {} : { http_response: { code: status } }),
    unmapped: { risk_score: session.risk_score, attack_types: session.attack_types },
  };
}
