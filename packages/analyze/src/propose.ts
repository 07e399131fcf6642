import type { Action, EvidencePlace, Proposal, SessionRecord } from '@aegis/model';
import { attackWords } from './evaluate/attack-words.ts';

const HOUR = 3_600_000;
/** How long a source is kept out, by what was recommended and how grave it was. */
const BAN_MS: Readonly<Record<'CRITICAL' | 'HIGH' | 'MEDIUM', number>> = Object.freeze({
  CRITICAL: 7 * 24 * HOUR,
  HIGH: 24 * HOUR,
  MEDIUM: 4 * HOUR,
});
/** MEDIUM without an active attack: scanning and enumeration are slowed down, the rest has to show a person. */
const THROTTLE_MS: number = 4 * HOUR;
const CAPTCHA_MS: number = 2 * HOUR;
/** LOW with proof: only looked at. */
const OBSERVE_MS: number = HOUR;

const LEAST_CONFIDENCE = 75;
const MAX_REASON = 400;

/**
 * What a record wishes the decision engine to do with the address, at most one thing. Nothing for INFO, for
 * sessions without proof and for crawlers that proved themselves. The key makes it idempotent per session.
 */
export function propose(record: SessionRecord): readonly Proposal[] {
  const wish = wishOf(record);
  if (wish === undefined) return [];
  return [
    {
      key: `session:${record.sess_uuid}:ip`,
      scope: 'ip',
      value: record.peer_ip,
      action: wish.action,
      durationMs: wish.durationMs,
      reason: reasonOf(record).slice(0, MAX_REASON),
      origin: 'aegis',
      source: 'analyze',
      confidence: record.confidence_score,
      session: record.sess_uuid,
    },
  ];
}

function wishOf(record: SessionRecord): { readonly action: Action; readonly durationMs: number } | undefined {
  const { threat_level: level, recommendations } = record;
  if (level === 'INFO' || record.payloads.length === 0 || record.user_agent_info.verified === true)
    return undefined;
  if (recommendations.includes('block_ip_immediately') && (level === 'CRITICAL' || level === 'HIGH'))
    return { action: 'ban', durationMs: BAN_MS[level] };
  if (recommendations.includes('block_ip_temporarily')) return { action: 'ban', durationMs: BAN_MS.MEDIUM };
  const sure = record.confidence_score >= LEAST_CONFIDENCE;
  if (level === 'LOW') return sure ? { action: 'observe', durationMs: OBSERVE_MS } : undefined;
  if (!sure) return { action: 'observe', durationMs: OBSERVE_MS };
  return recommendations.includes('throttle_source')
    ? { action: 'throttle', durationMs: THROTTLE_MS }
    : { action: 'captcha', durationMs: CAPTCHA_MS };
}

/** `union-based SQL injection in parameter id of /search by sqlmap 1.7.2, 143 requests in 12 s`. */
function reasonOf(record: SessionRecord): string {
  const payload = record.payloads[0];
  const type = payload?.attack_type ?? 'unknown';
  const request = record.requests.find((candidate) => candidate.attack_type === type);
  const path = request === undefined ? '' : ` of ${(request.path.split('?', 1)[0] ?? '').slice(0, 120)}`;
  const where = payload === undefined ? '' : placeWords(payload.place, payload.part, payload.text, path);
  const { tool_name: tool, version, kind } = record.user_agent_info;
  const by =
    tool === undefined || kind === 'browser'
      ? ''
      : ` by ${[tool, version].filter((word) => word !== undefined).join(' ')}`;
  const seconds = Math.round(record.duration_seconds);
  const unit = record.protocol === 'http' ? 'request' : 'event';
  const count = `${record.request_count} ${unit}${record.request_count === 1 ? '' : 's'} in ${seconds} s`;
  return `${attackWords(type, record.attack_patterns.indicators)}${where}${by}, ${count}`;
}

function placeWords(place: EvidencePlace, part: string, text: string, path: string): string {
  switch (place) {
    case 'query':
      return ` in ${part === '' ? 'the query' : `parameter ${part}`}${path}`;
    case 'body':
      return ` in ${part === '' ? 'the body' : `field ${part}`}${path}`;
    case 'header':
    case 'cookie':
      return ` in ${place} ${part}${path}`;
    case 'path':
      return ` in the path${path.replace(' of ', ' ')}`;
    case 'command':
      return ' in a shell';
    case 'login':
      return ' at the login';
    case 'behaviour':
      return ` (${text.slice(0, 120)})`;
    case 'download':
      return ` from ${text.slice(0, 120)}`;
  }
}
