import type { StandingDocument } from '../../http/documents/decision-document.ts';
import type { Style } from '../frame/style.ts';
import { renderTable } from '../frame/table.ts';

/** Decisions for a person. */
export function decisionTable(
  standings: readonly StandingDocument[],
  width: number,
  { faint }: Style,
): readonly string[] {
  return renderTable(
    [
      { title: 'on' },
      { title: 'action' },
      { title: 'until' },
      { title: 'origin' },
      { title: 'reason', shrinks: true },
      { title: 'id', shrinks: true },
    ],
    standings.map(({ decision, in_force: holds, lifted }) => [
      `${decision.scope} ${decision.value}`,
      decision.action,
      lifted !== undefined ? 'lifted' : holds ? decision.expires.slice(0, 19).replace('T', ' ') : 'over',
      decision.origin,
      decision.reason,
      decision.id,
    ]),
    { width, heading: faint },
  );
}
