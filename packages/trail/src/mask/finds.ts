import type { DetectorMasks, DetectorName } from './detectors.ts';

/** What was found in a text, and where: [from, to). */
export interface Found {
  /** `several` where finds overlapped. */
  readonly what: DetectorName | 'several';
  readonly from: number;
  readonly to: number;
  /** Asks for quotes around what stands in its place. */
  readonly quoted: boolean;
}

/**
 * Collects what the detectors that are on find. No find hides the beginning of another: those that overlap
 * become one that holds both, unless they are of one kind and one holds the other.
 */
export class Finds {
  readonly #masks: DetectorMasks;
  readonly #found: Found[] = [];

  constructor(masks: DetectorMasks) {
    this.#masks = masks;
  }

  /** In order, without overlap. */
  get all(): readonly Found[] {
    return this.#found;
  }

  get last(): Found | undefined {
    return this.#found.at(-1);
  }

  add(what: DetectorName, from: number, to: number, quoted: boolean = false): void {
    if (this.#masks[what] === undefined) return;
    let found: Found = { what, from, to, quoted };
    if ((this.last?.to ?? 0) <= from) {
      this.#found.push(found);
      return;
    }
    let place = this.#found.length;
    while (place > 0) {
      const before = this.#found[place - 1] as Found;
      if (before.to <= found.from) break;
      place--;
      if (before.from >= found.to) continue;
      found = union(before, found);
      this.#found.splice(place, 1);
    }
    this.#found.splice(place, 0, found);
  }
}

function union(one: Found, other: Found): Found {
  if (one.what === other.what && one.from <= other.from && one.to >= other.to) return one;
  return {
    what: 'several',
    from: Math.min(one.from, other.from),
    to: Math.max(one.to, other.to),
    quoted: one.quoted || other.quoted,
  };
}
