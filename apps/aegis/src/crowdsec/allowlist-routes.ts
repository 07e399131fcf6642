import { Address, Prefix } from '@aegis/model';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { AgentGate } from './agent-gate.ts';
import { checked, refuse } from './checked.ts';

export interface AllowlistScene {
  /** What always passes. */
  readonly exempt: () => readonly Prefix[];
  readonly forAgent: AgentGate;
}

/** What always passes, as the one allowlist `exempt`. */
export function allowlistRoutes(app: FastifyInstance, { exempt, forAgent }: AllowlistScene): void {
  const list = () => ({
    name: 'exempt',
    description: 'exempt in the policy of Aegis',
    console_managed: false,
    items: exempt().map((value) => ({ value, description: '' })),
  });
  const holds = (text: string): boolean => {
    const address = Address.parseLenient(text);
    return address.ok && exempt().some((prefix) => lies(address.value, prefix));
  };
  app.get(
    '/v1/allowlists',
    forAgent(async () => [list()]),
  );
  app.get(
    '/v1/allowlists/:name',
    forAgent(async (_machine, request, reply) =>
      (request.params as { name: string }).name === 'exempt'
        ? list()
        : reply.code(404).send({ message: 'allowlist not found' }),
    ),
  );
  app.get(
    '/v1/allowlists/check/:ip',
    forAgent(async (_machine, request, reply) => {
      const { ip } = request.params as { ip: string };
      if (!holds(ip)) return reply.code(204).send();
      return { allowlisted: true, reason: 'exempt in the policy of Aegis' };
    }),
  );
  app.post(
    '/v1/allowlists/check',
    forAgent(async (_machine, request, reply) => {
      const asked = checked(z.object({ targets: z.array(z.string().max(256)).max(10_000) }), request.body);
      if (!asked.ok) return refuse(reply, asked.error);
      const targets = asked.value.targets.filter(holds);
      return { results: targets.map((target) => ({ target, allowlists: ['exempt'] })) };
    }),
  );
}

function lies(address: Address, prefix: Prefix): boolean {
  const { length } = Prefix.parts(prefix);
  const widened = Prefix.parse(`${address}/${length}`);
  return widened.ok && widened.value === prefix;
}
