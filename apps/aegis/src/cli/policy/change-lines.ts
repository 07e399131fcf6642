import type { PolicyChange, StrategyDocument } from '@aegis/decide';
import { printable } from '../frame/printable.ts';
import type { Style } from '../frame/style.ts';

/** Differences of two policies for a person: `+` what is new, `-` what goes, `~` what is otherwise. */
export function changeLines(changes: readonly PolicyChange[], style: Style): readonly string[] {
  return changes.map((change) => {
    const { mark, text } = lineOf(change);
    const colour = mark === '+' ? style.good : mark === '-' ? style.bad : style.warn;
    return `${colour(mark)} ${printable(text)}`;
  });
}

function lineOf(change: PolicyChange): { readonly mark: '+' | '-' | '~'; readonly text: string } {
  switch (change.kind) {
    case 'strategy_added':
      return { mark: '+', text: `strategy ${change.place} ${inWords(change.strategy)}` };
    case 'strategy_removed':
      return { mark: '-', text: `strategy ${change.place} ${inWords(change.strategy)}` };
    case 'strategy_moved':
      return { mark: '~', text: `strategy ${change.name}: place ${change.from} -> ${change.to}` };
    case 'strategy_changed':
      return { mark: '~', text: `strategy ${change.name}: ${change.field} ${fromTo(change)}` };
    case 'prefix_added':
      return { mark: '+', text: `${change.list} ${change.prefix}` };
    case 'prefix_removed':
      return { mark: '-', text: `${change.list} ${change.prefix}` };
    case 'changed':
      return { mark: '~', text: `${change.field} ${fromTo(change)}` };
  }
}

function fromTo({ before, after }: { readonly before: unknown; readonly after: unknown }): string {
  return `${valueText(before)} -> ${valueText(after)}`;
}

function valueText(value: unknown): string {
  if (value === null || value === undefined) return 'none';
  if (Array.isArray(value)) return value.join(', ');
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** `feeds: feed:*, weight 0.6, fades over 1d, shadow`. */
function inWords(strategy: StrategyDocument): string {
  const { name, mode } = strategy;
  return `${name}: ${[takenText(strategy), `weight ${strategy.weight}`, fadingText(strategy), mode].join(', ')}`;
}

/** Which decisions a strategy takes. */
export function takenText({ origins, scopes }: StrategyDocument): string {
  return origins.join(' ') + (scopes === undefined ? '' : ` (${scopes.join(' ')})`);
}

export function fadingText({ freshness }: StrategyDocument): string {
  return freshness.kind === 'none' ? 'never fades' : `fades over ${freshness.window}`;
}
