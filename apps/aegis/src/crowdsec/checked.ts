import { Result } from '@aegis/model';
import type { FastifyReply } from 'fastify';
import type { z } from 'zod';
import { mistakesOf } from '../http/check-input.ts';

/** The body where it is as it should be, else the first mistake in words. */
export function checked<T>(schema: z.ZodType<T>, body: unknown): Result<T, string> {
  const parsed = schema.safeParse(body);
  if (parsed.success) return Result.ok(parsed.data);
  const [first] = mistakesOf('body', parsed.error);
  return Result.err(`${first?.where ?? 'body'}: ${first?.message ?? 'is not as it should be'}`);
}

export function refuse(reply: FastifyReply, message: string): FastifyReply {
  return reply.code(400).send({ message });
}
