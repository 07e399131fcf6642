import { z } from 'zod';

/** For the documentation; problems are made by `problem.ts`. */
export const ProblemDocument: z.ZodType = z
  .looseObject({
    type: z.string().meta({ description: '`urn:aegis:problem:` and a stable code.' }),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    instance: z.string().meta({ description: '`urn:aegis:request:` and the id that the log has.' }),
    errors: z.array(z.strictObject({ where: z.string(), message: z.string() })).optional(),
  })
  .meta({ id: 'Problem', description: 'RFC 9457.' });
