import type { VerdictDocument } from '../http/documents/verdict-document.ts';

/** Whether a proxy would not let the request through as it is. */
export function isRefusal({ outcome }: VerdictDocument): boolean {
  return outcome === 'block' || outcome === 'throttle' || outcome === 'challenge';
}
