import type { Timestamp } from '@aegis/model';
import { utcTime, zoneOffset } from '../normalize/parse-time.ts';

const MONTHS = 'JanFebMarAprMayJunJulAugSepOctNovDec';

/** The time of the common log format without its brackets: `29/Sep/2021:14:11:34 +0200`. */
export function parseClfTime(text: string): Timestamp | undefined {
  if (!/^\d\d\/[A-Z][a-z]{2}\/\d{4}:\d\d:\d\d:\d\d [+-]\d{4}$/.test(text)) return undefined;
  const month = MONTHS.indexOf(text.slice(3, 6));
  const number = (from: number, to: number): number => Number(text.slice(from, to));
  if (month % 3 !== 0) return undefined;
  const at = utcTime(
    number(7, 11),
    month / 3 + 1,
    number(0, 2),
    number(12, 14),
    number(15, 17),
    number(18, 20),
  );
  return at === undefined ? undefined : at - zoneOffset(text.slice(21));
}
