import { Result } from '@aegis/model';
import { z } from 'zod';
import { SessionInputDocument } from '../documents/session-input-document.ts';
import { badRequest, type Problem, problemOfFault } from '../problem.ts';
import { readLines, StreamTooLong } from '../read-lines.ts';
import { defineRoute, type RawBody, type Reply, type Route } from '../route.ts';
import { SessionPush } from '../session-push.ts';

const Answer = z
  .strictObject({
    accepted: z.int().meta({ description: 'Kept; they survive a crash from here on.' }),
    rejected: z
      .array(z.strictObject({ line: z.int(), message: z.string() }))
      .meta({ description: 'By line, or by place in the array from 1; at most 1,000 are named.' }),
    rejected_count: z.int(),
  })
  .meta({ id: 'PushReport' });

/** Items are checked one by one: a bad one must not cost the good ones. */
const Sessions = z.union([z.array(z.unknown()), z.looseObject({})]);
const OneOrMore = z.union([SessionInputDocument, z.array(SessionInputDocument)]);

const session = {
  sess_uuid: 'attack-sqli-001',
  peer_ip: '192.0.2.100',
  peer_port: 54321,
  user_agent: 'sqlmap/1.5.2',
  start_time: 1698364800,
  attack_types: { '/login': 'sqli' },
  requests: [{ method: 'POST', path: '/login', headers: {}, cookies: {} }],
};

export const pushSessionRoutes: readonly Route[] = [
  defineRoute<Record<never, never>, Record<never, never>, unknown>({
    method: 'POST',
    path: '/v1/sessions',
    id: 'pushSessions',
    tag: 'sessions',
    summary: 'Hands in sessions for analysis.',
    description:
      'One session, an array, or one session a line. Bad ones are named and the good ones kept. Sending a ' +
      'session again changes nothing. A 503 says in `accepted` and `next_line` how far it got.',
    permission: 'sessions:write',
    bulk: true,
    body: {
      'application/json': { kind: 'json', schema: Sessions, documented: OneOrMore, example: session },
      'application/x-ndjson': { kind: 'stream', example: `${JSON.stringify(session)}\n` },
    },
    answers: { 202: { description: 'What was accepted.', schema: Answer } },
    async handler({ services: { intake }, config: { limits } }, { body, contentType }) {
      const push = new SessionPush(intake);
      const single = contentType === 'application/json' && !Array.isArray(body);
      try {
        if (contentType === 'application/json') await pushItems(push, Array.isArray(body) ? body : [body]);
        else if (isStream(body))
          for await (const line of readLines(body.stream, limits)) await push.addLine(line);
        await push.flush();
      } catch (fault) {
        const problem = interrupted(fault, push);
        if (problem === undefined) throw fault;
        return Result.err(problem);
      }
      const { accepted, rejected, rejectedCount } = push;
      if (single && rejected[0] !== undefined)
        return Result.err(
          badRequest('This is no session.', [{ where: 'body', message: rejected[0].message }]),
        );
      return Result.ok<Reply>({ status: 202, body: { accepted, rejected, rejected_count: rejectedCount } });
    },
  }),
];

async function pushItems(push: SessionPush, items: readonly unknown[]): Promise<void> {
  // The whole body is in memory already and bounded; only the number of sessions in a batch matters here.
  for (const [index, item] of items.entries()) await push.add(index + 1, item, 0);
}

function isStream(body: unknown): body is Extract<RawBody, { readonly stream: unknown }> {
  return typeof body === 'object' && body !== null && 'stream' in body;
}

/** A failure half way, with how far it got. */
function interrupted(fault: unknown, { accepted, nextLine }: SessionPush): Problem | undefined {
  const more = { accepted, next_line: nextLine };
  if (fault instanceof StreamTooLong)
    return {
      status: 413,
      code: 'too_large',
      detail: 'The stream is too long; send the rest in another one.',
      more,
    };
  const problem = problemOfFault(fault);
  return problem === undefined ? undefined : { ...problem, more };
}
