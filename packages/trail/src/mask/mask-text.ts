import { DEFAULT_MASKS, type DetectorMasks } from './detectors.ts';
import type { Found } from './finds.ts';
import { HIDDEN } from './mask.ts';
import { scanText } from './scan-text.ts';

/** A text that is not done after as many passes was made to be so: most take one, and few more than two. */
const MOST_PASSES = 8;

/** What stands in the place of a secret: [from, to). */
type Put = Pick<Found, 'what' | 'from' | 'to'>;

interface Masked {
  readonly text: string;
  readonly puts: readonly Put[];
  /** Nothing more can be found. */
  readonly settled: boolean;
}

/**
 * The text with everything found in it masked; the same string where nothing was. What is masked may show what
 * is beside it as a secret, so the text is looked through again until nothing more is found: masking what is
 * masked changes nothing. A text in which there is no end of finding is hidden whole.
 */
export function maskText(text: string, masks: DetectorMasks): string {
  let last: Masked = { text, puts: [], settled: false };
  for (let pass = 0; pass < MOST_PASSES; pass++) {
    const next = maskOnce(last, masks);
    if (next.settled) return next.text;
    last = next;
  }
  return HIDDEN;
}

/** What a mask put there in an earlier pass is not given to it again: not every mask leaves it as it is. */
function maskOnce({ text, puts }: Masked, masks: DetectorMasks): Masked {
  const now: Put[] = [];
  let masked = '';
  let kept = 0;
  let next = 0;
  let settled = true;
  const carryOn = (until: number): void => {
    for (let put = puts[next]; put !== undefined && put.to <= until; put = puts[++next]) {
      const shift = masked.length - kept;
      if (put.from >= kept) now.push({ ...put, from: put.from + shift, to: put.to + shift });
    }
  };
  for (const found of scanText(text, masks)) {
    carryOn(found.from);
    const put = puts[next];
    if (put?.what === found.what && put.from <= found.from && found.to <= put.to) continue;
    const secret = text.slice(found.from, found.to);
    const instead = insteadOf(secret, found, masks);
    if (instead !== secret && !isApart(text, found, masks)) settled = false;
    masked += text.slice(kept, found.from);
    const from = masked.length;
    masked += instead;
    now.push({ what: found.what, from, to: masked.length });
    kept = found.to;
  }
  if (kept === 0) return { text, puts, settled };
  carryOn(text.length);
  return { text: masked + text.slice(kept), puts: now, settled };
}

function insteadOf(secret: string, { what, quoted }: Found, masks: DetectorMasks): string {
  const put = what === 'several' ? HIDDEN : (masks[what]?.(secret) ?? HIDDEN);
  return quoted ? JSON.stringify(put) : put;
}

/**
 * Whether what stands instead of it cannot show anything else as a secret: it is all that is between two quotes.
 * No detector sees across a quote but for values that begin with one, which end where they did, and for words
 * near a code, which are not looked for before a star. Saves half the time on logs in JSON.
 */
function isApart(text: string, { what, from, to, quoted }: Found, masks: DetectorMasks): boolean {
  if (quoted || (what !== 'several' && masks[what] !== DEFAULT_MASKS[what])) return false;
  return text.charCodeAt(from - 1) === QUOTE && text.charCodeAt(to) === QUOTE;
}

const QUOTE = 34;
