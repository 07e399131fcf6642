import type { Decision } from '@aegis/model';
import { lapiOrigin } from './lapi-decision.ts';

/** Which decisions a bouncer wants to hear of. */
export type DecisionFilter = (decision: Decision) => boolean;

/** What may stand in a query; anything else is ignored, as CrowdSec does. */
export interface FilterQuery {
  readonly scopes?: string | undefined;
  readonly origins?: string | undefined;
  readonly type?: string | undefined;
  readonly scenarios_containing?: string | undefined;
  readonly scenarios_not_containing?: string | undefined;
}

/** Lists are separated by commas; an origin may be CrowdSec's name or our own. */
export function decisionFilter(query: FilterQuery): DecisionFilter {
  const scopes = listOf(query.scopes);
  const origins = listOf(query.origins);
  const type = query.type?.toLowerCase();
  const wanted = listOf(query.scenarios_containing);
  const unwanted = listOf(query.scenarios_not_containing);
  return ({ scope, origin, action, source, reason }) => {
    const scenario = (source === '' ? reason : source).toLowerCase();
    return (
      (scopes.length === 0 || scopes.includes(scope)) &&
      (origins.length === 0 ||
        origins.includes(origin) ||
        origins.includes(lapiOrigin(origin).toLowerCase())) &&
      (type === undefined || type === action) &&
      (wanted.length === 0 || wanted.some((word) => scenario.includes(word))) &&
      !unwanted.some((word) => scenario.includes(word))
    );
  };
}

function listOf(text: string | undefined): readonly string[] {
  return (text ?? '')
    .toLowerCase()
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');
}
