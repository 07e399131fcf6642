import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Machines } from './machines.ts';

/** What is answered to an agent that is who it says. */
export type AgentAnswer = (machine: string, request: FastifyRequest, reply: FastifyReply) => Promise<unknown>;

/** Lets only agents with a valid token through to what it wraps. */
export type AgentGate = (
  answer: AgentAnswer,
) => (request: FastifyRequest, reply: FastifyReply) => Promise<unknown>;

export function agentGate(machines: Pick<Machines, 'verify'>): AgentGate {
  return (answer) => async (request, reply) => {
    const machine = await agentOf(machines, request);
    if (machine === undefined) return reply.code(401).send({ code: 401, message: 'cookie token is empty' });
    return answer(machine, request, reply);
  };
}

/** The agent that asks; undefined where it shows no valid token. */
export async function agentOf(
  machines: Pick<Machines, 'verify'>,
  { headers }: Pick<FastifyRequest, 'headers'>,
): Promise<string | undefined> {
  const token = /^Bearer (\S{1,4096})$/.exec(headers.authorization ?? '')?.[1];
  return token === undefined ? undefined : machines.verify(token);
}
