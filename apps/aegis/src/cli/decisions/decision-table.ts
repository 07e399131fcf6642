import type { StandingDocument } from '../../http/documents/decision-document.ts';
import type { Style } from '../frame/style.ts';
import { type Column, renderTable } from '../frame/table.ts';

const COLUMNS: readonly Column[] = [
  { title: 'on' },
  { title: 'action' },
  { title: 'until' },
  { title: 'origin' },
  { title: 'reason', shrinks: true },
];
/** An id of 36 characters and a reason worth reading beside the rest. */
const ROOM_FOR_IDS = 130;

/** Decisions for a person; with their ids, which must not be cut, where there is room. */
export function decisionTable(
  standings: readonly StandingDocument[],
  width: number,
  { faint }: Style,
): readonly string[] {
  return renderTable(
    width < ROOM_FOR_IDS ? COLUMNS : [...COLUMNS, { title: 'id' }],
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
