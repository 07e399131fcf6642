import type { DecoyRequest, DecoyResponse } from './decoy-message.ts';
import { refusal } from './pages/refusal.ts';
import { POSTABLE, routeOf } from './routes.ts';
import { visitOf } from './visit.ts';

const MAX_TARGET = 8192;
const ALLOW = { allow: 'GET, HEAD, POST, OPTIONS' };

/**
 * What the decoy says to a request. A pure function: nothing a client sends is executed, stored or looked up
 * anywhere, nobody ever gets in, and a body is below 64 KiB whatever was asked.
 */
export function answer(request: DecoyRequest): DecoyResponse {
  if (request.target.length > MAX_TARGET) return refusal(414, 'Request-URI Too Large');
  if (request.method === 'OPTIONS') return { ...refusal(200, 'OK', ALLOW), body: '' };
  const visit = visitOf(request);
  const route = routeOf(visit.path);
  if (request.method === 'GET' || request.method === 'HEAD') return route(visit);
  if (request.method === 'POST' && POSTABLE.has(route)) return route(visit);
  return refusal(405, 'Not Allowed', ALLOW);
}
