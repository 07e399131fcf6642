import { type Decision, Prefix, type Scope } from '@aegis/model';

/**
 * How exact a match is, 0.3 to 1.0: the share of a score that says how surely the request is the very thing the
 * decision was about. The more strangers a value can catch, the lower.
 *
 * | value | granularity | because |
 * |---|---|---|
 * | ip, hash, session, user | 1.0 | one address, one content, one session, one account |
 * | range, IPv4 | 0.3 + 0.7 x length/32 | /32 1.0, /24 0.825, /16 0.65, /8 0.475, /0 0.3 |
 * | range, IPv6 | 0.3 + 0.65 x length/64, then up to 1.0 at /128 | a /64 (0.95) is one link, all of it one customer's |
 * | url with a query | 1.0 | exact to the parameter |
 * | url without | 0.9 | one resource, whatever is asked of it |
 * | ja4 | 0.6 | every client of one TLS stack and setting |
 * | ja3 | 0.5 | the same, and browsers shuffle what it hashes |
 * | user_agent | 0.5 | every client of one version, and free to forge |
 * | domain | 0.4, 0.01 more for each label after the second, at most 0.45; 0.3 for a top level | a host only |
 * | as, as_name | 0.45, 0.4 | all customers of one operator; a name may cover several numbers |
 * | country, continent | 0.35, 0.3 | everybody there |
 */
export function granularityOf(decision: Pick<Decision, 'scope' | 'value'>): number {
  switch (decision.scope) {
    case 'range':
      return ofRange(decision.value);
    case 'url':
      return decision.value.includes('?') ? 1 : 0.9;
    case 'domain':
      return ofDomain(decision.value);
    default:
      return FIXED[decision.scope];
  }
}

const FIXED: Readonly<Record<Exclude<Scope, 'range' | 'url' | 'domain'>, number>> = Object.freeze({
  ip: 1,
  hash: 1,
  session: 1,
  user: 1,
  ja4: 0.6,
  ja3: 0.5,
  user_agent: 0.5,
  as: 0.45,
  as_name: 0.4,
  country: 0.35,
  continent: 0.3,
});

function ofRange(value: string): number {
  const { family, length } = Prefix.parts(value as Prefix);
  if (family === 4) return 0.3 + 0.7 * (length / 32);
  return length <= 64 ? 0.3 + 0.65 * (length / 64) : 0.95 + 0.05 * ((length - 64) / 64);
}

function ofDomain(value: string): number {
  const labels = value.split('.').length;
  return labels === 1 ? 0.3 : Math.min(0.45, 0.4 + 0.01 * (labels - 2));
}
