import { randomUUID } from 'node:crypto';
import { Address, type Clock, type Decision, type Logger, type Prefix } from '@aegis/model';
import type { AuditEntry } from '@aegis/ports';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { ApiKeys } from '../auth/api-keys.ts';
import { FailureLimiter } from '../auth/failure-limiter.ts';
import { mayRole } from '../auth/roles.ts';
import type { Actor, Decisions } from '../node/services.ts';
import { agentGate } from './agent-gate.ts';
import { Alerts } from './alert.ts';
import { AlertBook, type KeptAlert } from './alert-book.ts';
import { alertWishes } from './alert-wishes.ts';
import { allowlistRoutes } from './allowlist-routes.ts';
import { checked, refuse } from './checked.ts';
import { decisionNumber, isForBouncers, scopeOf } from './lapi-decision.ts';
import type { Machines, MachineToken } from './machines.ts';

export interface AgentScene {
  readonly machines: Machines;
  readonly decisions: Decisions;
  readonly inForce: () => Iterable<Decision>;
  /** What always passes. */
  readonly exempt: () => readonly Prefix[];
  readonly appendAudit: (entries: readonly AuditEntry[]) => Promise<void>;
  readonly keys: Pick<ApiKeys, 'verify'>;
  /** Of bans that agents leave to us, ms. */
  readonly banMs: number;
  readonly clock: Clock;
  readonly logger: Logger;
}

const MACHINE_ID = /^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/;
const Account = z.object({
  machine_id: z.string().regex(MACHINE_ID, '1 to 128 letters, digits, ".", "_" or "-"'),
  password: z.string().min(1).max(1024),
  registration_token: z.string().max(1024).optional(),
});
const one = z.string().max(2048).optional();
const AlertQuery = z.object({ scenario: one, scope: one, value: one, ip: one, range: one, limit: one });
const DeleteQuery = z.object({ scope: one, value: one, ip: one, range: one, type: one });
const MOST_LISTED = 500;

/** What CrowdSec's agents, and `cscli` beside them, ask. */
export function agentRoutes(app: FastifyInstance, scene: AgentScene): void {
  const { machines, clock } = scene;
  const alerts = new AlertBook();
  const failures = new FailureLimiter({ clock, burst: 10, refillMs: 6000, maxSources: 10_000 });

  app.post('/v1/watchers', async (request, reply) => {
    const account = checked(Account, request.body);
    if (!account.ok) return refuse(reply, account.error);
    const { machine_id: id, password, registration_token: token } = account.value;
    // Each costs a derived key and a place in the registry.
    if (tooMany(failures, request))
      return reply.code(429).send({ message: 'too many registrations, wait a minute' });
    const approved = vouchesFor(scene.keys, token);
    const registered = await machines.register(id, password, approved);
    if (!registered.ok) return reply.code(403).send({ message: registered.error.message });
    await note(scene, { name: id, from: request.ip }, 'crowdsec.register', id, { approved });
    return reply.code(approved ? 202 : 201).send();
  });

  app.post('/v1/watchers/login', async (request, reply) => {
    const account = checked(Account, request.body);
    if (!account.ok) return refuse(reply, account.error);
    const login = await machines.login(account.value.machine_id, account.value.password);
    if (login.ok) return reply.send(tokenAnswer(login.value));
    const slow = tooMany(failures, request);
    return reply.code(slow ? 429 : 401).send({ code: slow ? 429 : 401, message: login.error.message });
  });

  const forAgent = agentGate(machines);
  app.get(
    '/v1/refresh_token',
    forAgent(async (machine) => tokenAnswer(await machines.refresh(machine))),
  );
  app.get(
    '/v1/heartbeat',
    forAgent(async (_machine, _request, reply) => reply.code(200).send()),
  );
  app.delete(
    '/v1/watchers/self',
    forAgent(async (machine, { ip }, reply) => {
      await machines.remove(machine);
      await note(scene, { name: machine, from: ip }, 'crowdsec.leave', machine, {});
      return reply.code(204).send();
    }),
  );

  app.post(
    '/v1/alerts',
    forAgent(async (machine, request, reply) => {
      const received = checked(Alerts, request.body);
      if (!received.ok) return refuse(reply, received.error);
      const kept = received.value.map((alert) => alerts.add(alert, machine, clock.now()));
      await decideOn(scene, kept, { name: machine, from: request.ip });
      return reply.code(201).send(kept.map(({ id }) => String(id)));
    }),
  );

  app.get(
    '/v1/alerts',
    forAgent(async (_machine, request, reply) => {
      const { limit, ip, range, value, ...query } = AlertQuery.parse(request.query);
      const most = Math.min(
        MOST_LISTED,
        limit !== undefined && /^\d{1,6}$/.test(limit) ? Number(limit) : 100,
      );
      const found = alerts.find({ ...query, value: value ?? ip ?? range, limit: most });
      return reply
        .type('application/json; charset=utf-8')
        .send(found.length === 0 ? 'null' : JSON.stringify(found.map(alertAnswer)));
    }),
  );

  app.get<{ Params: { id: string } }>(
    '/v1/alerts/:id',
    forAgent(async (_machine, request, reply) => {
      const { id } = request.params as { id: string };
      const found = /^\d{1,15}$/.test(id) ? alerts.get(Number(id)) : undefined;
      return found === undefined
        ? reply.code(404).send({ message: `object not found` })
        : reply.send(alertAnswer(found));
    }),
  );

  app.delete(
    '/v1/alerts',
    forAgent(async (_machine, request) => {
      const { ip, range, value, scenario, scope } = AlertQuery.parse(request.query);
      return { nbDeleted: String(alerts.remove({ scenario, scope, value: value ?? ip ?? range })) };
    }),
  );

  app.delete(
    '/v1/decisions',
    forAgent(async (machine, request) => {
      const { ip, range, value, scope, type } = DeleteQuery.parse(request.query);
      const only = ip !== undefined ? 'ip' : range !== undefined ? 'range' : scopeOf(scope ?? '');
      const wanted = ip ?? range ?? value;
      const lifted = await liftWhere(scene, { name: machine, from: request.ip }, (decision) => {
        const right = only === undefined || decision.scope === only;
        return (
          right &&
          (wanted === undefined || decision.value === wanted) &&
          (type === undefined || decision.action === type)
        );
      });
      return { nbDeleted: String(lifted) };
    }),
  );

  app.delete(
    '/v1/decisions/:id',
    forAgent(async (machine, request, reply) => {
      const { id } = request.params as { id: string };
      const actor = { name: machine, from: request.ip };
      const lifted = await liftWhere(scene, actor, (decision) => String(decisionNumber(decision.id)) === id);
      return lifted === 0
        ? reply.code(404).send({ message: `decision with id '${id}' doesn't exist` })
        : { nbDeleted: String(lifted) };
    }),
  );

  allowlistRoutes(app, { exempt: scene.exempt, forAgent });
}

/** Decisions first, each by itself, then what was done is told in the audit. */
async function decideOn(scene: AgentScene, kept: readonly KeptAlert[], actor: Actor): Promise<void> {
  const { decisions, banMs, clock, logger } = scene;
  for (const { id, alert } of kept) {
    const { wishes, refused } = alertWishes(alert, { banMs, machine: actor.name }, clock.now());
    const results = await decisions.add(wishes, actor);
    const problems = [...refused, ...results.flatMap((result) => (result.ok ? [] : [result.error.message]))];
    if (problems.length > 0)
      logger.warn(
        { alert: id, scenario: alert.scenario, problems },
        'not everything an alert asked for was decided',
      );
    const { scenario, source, events_count: events, simulated } = alert;
    const made = results.filter(({ ok }) => ok).length;
    const target = `${source.scope} ${source.value}`;
    await note(scene, actor, 'crowdsec.alert', target, { scenario, events, simulated, made, problems });
  }
}

async function liftWhere(
  { inForce, decisions }: AgentScene,
  actor: Actor,
  wanted: (decision: Decision) => boolean,
): Promise<number> {
  let lifted = 0;
  const ids = [...inForce()].filter((each) => isForBouncers(each) && wanted(each)).map(({ id }) => id);
  for (const id of ids) if (await decisions.lift(id, 'lifted over the CrowdSec API', actor)) lifted++;
  return lifted;
}

function note(
  { appendAudit, clock }: AgentScene,
  { name, from }: Actor,
  action: string,
  target: string,
  detail: Readonly<Record<string, unknown>>,
): Promise<void> {
  return appendAudit([
    { id: randomUUID(), at: clock.now(), actor: name, action, target, from, result: 'ok', detail },
  ]);
}

function tooMany(failures: FailureLimiter, { ip }: FastifyRequest): boolean {
  const from = Address.parseLenient(ip);
  return from.ok && failures.fail(from.value) > 0;
}

/** A key that may send sessions may send alerts: whoever has one is approved at once, others wait for a person. */
function vouchesFor(keys: Pick<ApiKeys, 'verify'>, token: string | undefined): boolean {
  const key = token === undefined ? undefined : keys.verify(token);
  return key !== undefined && mayRole(key.role, 'sessions:write');
}

function tokenAnswer({ token, expires }: MachineToken): Readonly<Record<string, unknown>> {
  return { code: 200, expire: new Date(expires).toISOString().replace(/\.\d+Z$/, 'Z'), token };
}

function alertAnswer({ id, machine, received, alert }: KeptAlert): Readonly<Record<string, unknown>> {
  return { ...alert, id, machine_id: machine, created_at: new Date(received).toISOString() };
}
