import type { Logger } from '@aegis/model';
import { type Problem, problemOfFault, UNFORESEEN } from './problem.ts';

/** What is answered where a handler throws; what an operator has to know of it goes into the log. */
export function loggedProblem(
  fault: unknown,
  where: { readonly request: string; readonly route: string | undefined },
  logger: Logger,
): Problem {
  const problem = problemOfFault(fault);
  const fields = { ...where, error: fault };
  if (problem === undefined) logger.error(fields, 'a request failed');
  else if (problem.status >= 500) logger.warn(fields, 'a request could not be served');
  return problem ?? UNFORESEEN;
}
