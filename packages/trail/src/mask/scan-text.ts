import { AT, CLASSES, DASH, DIGIT, LETTER, OTHER, PAIR, PLAIN } from './char-class.ts';
import type { DetectorMasks } from './detectors.ts';
import type { Found } from './finds.ts';
import { scanOf } from './scan.ts';
import { scanAddress } from './scan-address.ts';
import { scanEmail } from './scan-email.ts';
import { scanKey } from './scan-key.ts';
import { scanNumber } from './scan-number.ts';
import { scanOther } from './scan-other.ts';
import { scanPair } from './scan-pair.ts';
import { mayBeginToken, scanToken } from './scan-token.ts';

/**
 * One pass over a text: what is found in it, in order, without overlap. The scan goes on within what was found,
 * as another secret may begin there. Each character is looked at once, and again at most as often as the longest
 * look back or ahead is long: what decides is a constant, whatever the text.
 */
export function scanText(text: string, masks: DetectorMasks): readonly Found[] {
  const scan = scanOf(text, masks);
  const { bytes, finds } = scan;
  const { length } = text;
  const addresses = masks.address !== undefined;
  let at = 0;
  while (at < length) {
    const code = bytes[at] as number;
    const kind = CLASSES[code] as number;
    if (kind === PLAIN) {
      at++;
      continue;
    }
    if (addresses && (kind === LETTER || kind === DIGIT || code === COLON)) {
      const end = scanAddress(scan, at);
      if (end > at) {
        at = end;
        continue;
      }
    }
    if (kind === LETTER) {
      // Written out, without a call a word: most of all time is spent here.
      let end = at + 1;
      while ((CLASSES[bytes[end] as number] as number) <= DIGIT) end++;
      if (mayBeginToken(code, bytes[at + 1] as number)) scanToken(scan, at, end);
      at = end;
    } else if (kind === DIGIT) at = scanNumber(scan, at);
    else if (kind === PAIR) at = scanPair(scan, at);
    else if (kind === AT) at = scanEmail(scan, at);
    else if (kind === DASH) at = bytes[at + 1] === code ? scanKey(scan, at) : at + 1;
    else if (kind === OTHER) at = scanOther(scan, at);
  }
  return finds.all;
}

const COLON = 58;
