import type { Scan } from './scan.ts';
import { scanPair } from './scan-pair.ts';

const PLATE =
  /[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤川青藏琼宁使领][A-Z][·•]?(?:[A-HJ-NP-Z0-9]{5,6}|[A-HJ-NP-Z0-9]{4}[挂学警港澳使领])(?![A-Za-z0-9])/y;

/** What may begin beyond ASCII: the plate of a car, and after a full-width colon a value. Returns where to go on. */
export function scanOther(scan: Scan, at: number): number {
  const { text, finds } = scan;
  const code = text.charCodeAt(at);
  if (code === FULL_WIDTH_COLON) return scanPair(scan, at);
  if (code < 0x4e00 || code > 0x9fff) return at + 1;
  PLATE.lastIndex = at;
  if (PLATE.test(text)) finds.add('plate', at, PLATE.lastIndex);
  return at + 1;
}

const FULL_WIDTH_COLON = 0xff1a;
