import { writeDuration } from '@aegis/model';
import type { Filling, Wish } from '@aegis/scenario';

/** `more than 5, one leaks out in 10s`. */
export function fillingWords(filling: Filling): string {
  switch (filling.type) {
    case 'leaky':
      return `more than ${filling.capacity}, one leaks out in ${writeDuration(filling.leak)}`;
    case 'trigger':
      return 'every one';
    case 'counter':
      return `more than ${filling.capacity} within ${writeDuration(filling.window)}`;
    case 'sequence':
      return `${filling.steps.length} steps in this order within ${writeDuration(filling.within)}`;
  }
}

/** `ban 4h`, `ban range 4h`, `only told`. */
export function wishWords(wish: Wish | undefined): string {
  if (wish === undefined) return 'only told';
  return `${wish.action} ${wish.scope === 'ip' ? '' : `${wish.scope} `}${writeDuration(wish.for)}`;
}
