import type { PolicyPlan } from '../../api/documents.ts';

type PolicyChange = PolicyPlan['changes'][number];

export interface ChangeLine {
  readonly sign: '+' | '-' | '~';
  readonly text: string;
}

/** One change of a policy as a line of a diff. */
export function changeLine(change: PolicyChange): ChangeLine {
  const { kind, strategy, before, after } = change;
  const [name, field, list, prefix] = [change.name, change.field, change.list, change.prefix].map(written);
  switch (kind) {
    case 'strategy_added':
      return { sign: '+', text: JSON.stringify(strategy) };
    case 'strategy_removed':
      return { sign: '-', text: JSON.stringify(strategy) };
    case 'strategy_moved':
      return { sign: '~', text: `${name}: ${written(change.from)} → ${written(change.to)}` };
    case 'strategy_changed':
      return { sign: '~', text: `${name}.${field}: ${JSON.stringify(before)} → ${JSON.stringify(after)}` };
    case 'prefix_added':
      return { sign: '+', text: `${list} ${prefix}` };
    case 'prefix_removed':
      return { sign: '-', text: `${list} ${prefix}` };
    case 'changed':
      return { sign: '~', text: `${field}: ${JSON.stringify(before)} → ${JSON.stringify(after)}` };
    default:
      return { sign: '~', text: JSON.stringify(change) };
  }
}

function written(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
}
