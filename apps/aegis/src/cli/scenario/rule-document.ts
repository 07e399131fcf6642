import { writeDuration } from '@aegis/model';
import type { Rule } from '@aegis/scenario';

/** A rule as `--json` tells it: durations as text, without its examples. */
export function ruleDocument(rule: Rule): object {
  const { filling, blackout, apart, propose, must_catch, must_not, ...rest } = rule;
  return {
    ...rest,
    ...fillingDocument(filling),
    ...(apart !== undefined && { apart: writeDuration(apart) }),
    blackout: writeDuration(blackout),
    ...(propose !== undefined && { propose: { ...propose, for: writeDuration(propose.for) } }),
    examples: { must_catch: must_catch.length, must_not: must_not.length },
  };
}

function fillingDocument(filling: Rule['filling']): object {
  switch (filling.type) {
    case 'leaky':
      return { ...filling, leak: writeDuration(filling.leak) };
    case 'trigger':
      return filling;
    case 'counter':
      return { ...filling, window: writeDuration(filling.window) };
    case 'sequence':
      return { ...filling, within: writeDuration(filling.within) };
  }
}
