import type { DetectorName } from './detectors.ts';
import type { Mask } from './mask.ts';
import { scanText } from './scan-text.ts';

/** The masks of the detectors that are on. */
export type DetectorMasks = Readonly<Partial<Record<DetectorName, Mask>>>;

/** The text with everything found in it masked; the same string where nothing was. */
export function maskText(text: string, masks: DetectorMasks): string {
  let masked = '';
  let kept = 0;
  scanText(
    text,
    (what, from, to, quoted = false) => {
      const mask = masks[what];
      if (mask === undefined) return;
      const put = mask(text.slice(from, to));
      masked += text.slice(kept, from) + (quoted ? JSON.stringify(put) : put);
      kept = to;
    },
    { addresses: masks.address !== undefined },
  );
  return kept === 0 ? text : masked + text.slice(kept);
}
