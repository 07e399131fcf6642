import { type Clock, type Decision, Prefix, type Timestamp } from '@aegis/model';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { ApiKeys } from '../auth/api-keys.ts';
import { mayRole } from '../auth/roles.ts';
import { agentOf } from './agent-gate.ts';
import { BouncerPositions } from './bouncer-positions.ts';
import { decisionFilter } from './decision-filter.ts';
import type { DecisionLog } from './decision-log.ts';
import { enclosingDecisions } from './enclosing-decisions.ts';
import { decisionNumber, isForBouncers, lapiDecision, scopeOf } from './lapi-decision.ts';
import type { Machines } from './machines.ts';

export interface BouncerScene {
  readonly keys: Pick<ApiKeys, 'verify'>;
  readonly machines: Machines;
  readonly log: DecisionLog;
  readonly on: (scope: Decision['scope'], value: string) => readonly Decision[];
  readonly inForce: () => Iterable<Decision>;
  /** New with each start: a position of another one means nothing. */
  readonly epoch: string;
  readonly clock: Clock;
}

/** Unknown members are ignored, and one that is there twice counts once, as CrowdSec has it. */
const one = z
  .union([z.string(), z.array(z.string())])
  .transform((value) => (typeof value === 'string' ? value : (value[0] ?? '')).slice(0, 4096))
  .optional();

const Filter = {
  scopes: one,
  scope: one,
  origins: one,
  type: one,
  scenarios_containing: one,
  scenarios_not_containing: one,
};
const StreamQuery = z.object({ ...Filter, startup: one, position: one });
const LookUpQuery = z.object({
  ...{ ...Filter, ip: one, range: one, value: one, contains: one },
  ...{ limit: one, offset: one, id_gt: one },
});

/** Where a client that keeps its own position finds it, to send it back as `position`. */
const POSITION_HEADER = 'x-aegis-position';
const FORBIDDEN = { message: 'access forbidden' };

/**
 * What bouncers ask: everything at their start, then what changed. The answer before the last is always told again,
 * see BouncerPositions, so that an answer that is lost on its way loses no decision.
 */
export function bouncerRoutes(app: FastifyInstance, scene: BouncerScene): void {
  const { log, clock, epoch, on, inForce } = scene;
  const positions = new BouncerPositions();
  const admit = bouncerGate(scene);

  app.get('/v1/decisions/stream', async (request, reply) => {
    const bouncer = admit(request);
    if (bouncer === undefined) return reply.code(403).send(FORBIDDEN);
    const query = StreamQuery.parse(request.query);
    const now = clock.now();
    const wanted = decisionFilter({ ...query, scopes: query.scopes || query.scope || 'ip,range' });
    const anew = query.startup === 'true';
    const { added, gone } = anew
      ? log.everything(wanted, now)
      : query.position === undefined
        ? positions.nextFor(bouncer, log, wanted, now)
        : log.sinceOrEverything(positionIn(query.position, epoch), wanted, now);
    const { position } = log;
    // A HEAD does not move the position, nor does an answer to one who keeps it himself.
    if (request.method === 'GET' && query.position === undefined) positions.told(bouncer, position, anew);
    return reply
      .header(POSITION_HEADER, `${epoch}:${position}`)
      .send({ new: listed(added, now), deleted: listed(gone, now) });
  });

  app.get('/v1/decisions', async (request, reply) => {
    if (admit(request) === undefined) return reply.code(403).send(FORBIDDEN);
    const {
      ip,
      range,
      value,
      scope,
      contains,
      limit,
      offset,
      id_gt: after,
      ...filter
    } = LookUpQuery.parse(request.query);
    const now = clock.now();
    const parsed = ip === undefined && range === undefined ? undefined : Prefix.parse(ip ?? range ?? '');
    if (parsed !== undefined && !parsed.ok) return reply.code(400).send({ message: parsed.error.message });
    const scopes = filter.scopes || scope;
    const wanted = decisionFilter({ ...filter, scopes });
    const candidates = (): Iterable<Decision> => {
      if (parsed !== undefined && contains !== 'false')
        return enclosingDecisions(Prefix.parts(parsed.value), on);
      const only = scope === undefined ? undefined : scopeOf(scope);
      if (value !== undefined && only !== undefined) return on(only, value);
      return inForce();
    };
    const found: Decision[] = [];
    for (const decision of candidates()) {
      if (decision.expires <= now || !isForBouncers(decision) || !wanted(decision)) continue;
      if (value !== undefined && decision.value !== value) continue;
      if (parsed !== undefined && contains === 'false' && !liesIn(decision, parsed.value)) continue;
      found.push(decision);
    }
    const sorted = found
      .filter(({ id }) => decisionNumber(id) > wholeNumber(after, -1))
      .sort((a, b) => decisionNumber(a.id) - decisionNumber(b.id));
    const from = wholeNumber(offset, 0);
    const page = sorted.slice(from, from + wholeNumber(limit, sorted.length));
    // Go clients of old take null for an empty list, and null alone.
    return reply.type('application/json; charset=utf-8').send(JSON.stringify(listed(page, now)));
  });

  // Bouncers and agents tell it, each in its own way.
  app.post('/v1/usage-metrics', async (request, reply) => {
    const teller = admit(request) ?? (await agentOf(scene.machines, request));
    if (teller === undefined) return reply.code(403).send(FORBIDDEN);
    return reply.code(201).send();
  });
}

/** The bouncer that asks: a key, and the address it is used from. */
function bouncerGate({ keys }: BouncerScene): (request: FastifyRequest) => string | undefined {
  return ({ headers, ip }) => {
    const given = headers['x-api-key'];
    const key = typeof given === 'string' ? keys.verify(given) : undefined;
    return key !== undefined && mayRole(key.role, 'decisions:read') ? `${key.id} ${ip}` : undefined;
  };
}

function listed(decisions: readonly Decision[], now: Timestamp): readonly unknown[] | null {
  return decisions.length === 0 ? null : decisions.map((decision) => lapiDecision(decision, now));
}

function positionIn(text: string, epoch: string): number | undefined {
  const digits = text.startsWith(`${epoch}:`) ? text.slice(epoch.length + 1) : '';
  return /^\d{1,15}$/.test(digits) ? Number(digits) : undefined;
}

function wholeNumber(text: string | undefined, otherwise: number): number {
  return text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : otherwise;
}

/** Whether it is about an address or a prefix within this one. */
function liesIn({ scope, value }: Decision, prefix: Prefix): boolean {
  if (scope !== 'ip' && scope !== 'range') return false;
  const [outer, inner] = [Prefix.parts(prefix), Prefix.parts(value as Prefix)];
  if (inner.family !== outer.family || inner.length < outer.length) return false;
  const widened = Prefix.parse(`${value.split('/')[0]}/${outer.length}`);
  return widened.ok && widened.value === prefix;
}
