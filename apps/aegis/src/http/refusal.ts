import type { Verdict } from '@aegis/model';
import type { Problem } from './problem.ts';

/** What a visitor may see who is refused: a reference to ask about, and not the reason. */
export function refusal({ decision }: Verdict, status: number): Problem {
  return {
    status,
    code: 'refused',
    detail: 'This request was refused. The operator can look up why by the reference.',
    more: { reference: decision ?? 'none' },
  };
}
