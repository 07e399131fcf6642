import { Address } from '@aegis/model';
import { AT, CLASSES, classOf, DASH, DIGIT, isWordAt, LETTER, OTHER, PAIR, PLAIN } from './char-class.ts';
import type { DetectorMasks } from './detectors.ts';
import { Finds, type Found } from './finds.ts';
import { RunEnds } from './run-ends.ts';
import { scanNumber } from './scan-number.ts';
import { scanPair } from './scan-pair.ts';
import { scanToken, TOKEN_FIRST } from './scan-token.ts';

const LOCAL_LONGEST = 64;
const DOMAIN = /(?:[A-Za-z0-9-]{1,63}\.){1,8}[A-Za-z]{2,24}(?![\w@-])/y;
const PLATE =
  /[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤川青藏琼宁使领][A-Z][·•]?(?:[A-HJ-NP-Z0-9]{5,6}|[A-HJ-NP-Z0-9]{4}[挂学警港澳使领])(?![A-Za-z0-9])/y;
const KEY_BEGIN = /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----/y;
/** PEM, its headers, and line ends as JSON writes them. */
const KEY_BODY = /[A-Za-z0-9+/=\s\\:,._@()<>]*/y;
const IPV4 = /(?:\d{1,3}\.){3}\d{1,3}(?![\w.])/y;
const IP_CHARS = /[0-9A-Fa-f:.]{2,45}/y;

/**
 * One pass over a text: what is found in it, in order, without overlap. The scan goes on within what was found,
 * as another secret may begin there. Each character is looked at once, and again at most as often as the longest
 * look back or ahead is long: what decides is a constant, whatever the text.
 */
export function scanText(text: string, masks: DetectorMasks): readonly Found[] {
  const length = text.length;
  const finds = new Finds(masks);
  const addresses = masks.address !== undefined;
  const ends = new RunEnds(text);
  let at = 0;
  while (at < length) {
    const code = text.charCodeAt(at);
    const kind = code < 128 ? (CLASSES[code] as number) : OTHER;
    if (kind === PLAIN) {
      at++;
      continue;
    }
    if (addresses && (kind === LETTER || kind === DIGIT || code === COLON)) {
      const end = scanAddress(text, at, finds);
      if (end > at) {
        at = end;
        continue;
      }
    }
    if (kind === LETTER) {
      const end = wordEnd(text, at + 1, length);
      at = TOKEN_FIRST[code] === 1 && end - at > 1 ? scanToken(text, at, end, ends, finds) : end;
    } else if (kind === DIGIT) at = scanNumber(text, at, finds);
    else if (kind === PAIR) at = scanPair(text, at, ends, finds);
    else if (kind === AT) at = scanEmail(text, at, finds);
    else if (kind === DASH) at = text.charCodeAt(at + 1) === code ? scanKey(text, at, finds) : at + 1;
    else at = scanOther(text, at, code, ends, finds);
  }
  return finds.all;
}

/** Written out, without a call a character: most of all time is spent here. */
function wordEnd(text: string, from: number, length: number): number {
  let end = from;
  for (; end < length; end++) {
    const code = text.charCodeAt(end);
    if (code > 127 || (CLASSES[code] as number) > DIGIT) break;
  }
  return end;
}

function scanEmail(text: string, at: number, finds: Finds): number {
  const { last } = finds;
  // After the password of a URL comes a host.
  if (last?.to === at && (last.what === 'password' || last.what === 'several')) return at + 1;
  let from = at;
  let stars = 0;
  for (; from > 0 && at - from < LOCAL_LONGEST; from--) {
    const code = text.charCodeAt(from - 1);
    if (code === STAR) stars++;
    else if (!isLocal(code)) break;
  }
  if (at - from === stars) return at + 1;
  DOMAIN.lastIndex = at + 1;
  const domain = DOMAIN.exec(text);
  if (domain === null) return at + 1;
  finds.add('email', from, at + 1 + domain[0].length);
  return at + 1;
}

function isLocal(code: number): boolean {
  return classOf(code) <= DIGIT || code === 37 || code === 43 || code === 45 || code === 46;
}

function scanKey(text: string, at: number, finds: Finds): number {
  KEY_BEGIN.lastIndex = at;
  const begin = KEY_BEGIN.exec(text);
  if (begin === null) return afterDashes(text, at);
  const from = at + begin[0].length;
  KEY_BODY.lastIndex = from;
  const end = from + (KEY_BODY.exec(text)?.[0].length ?? 0);
  if (end > from) finds.add('privateKey', from, end);
  return from;
}

/** Long lines of dashes are common, and a BEGIN has five. */
function afterDashes(text: string, from: number): number {
  let at = from;
  while (text.charCodeAt(at) === 45) at++;
  return at - from > 5 ? at - 5 : from + 1;
}

function scanOther(text: string, at: number, code: number, ends: RunEnds, finds: Finds): number {
  if (code === FULL_WIDTH_COLON) return scanPair(text, at, ends, finds);
  if (code < 0x4e00 || code > 0x9fff) return at + 1;
  PLATE.lastIndex = at;
  const plate = PLATE.exec(text);
  if (plate !== null) finds.add('plate', at, at + plate[0].length);
  return at + 1;
}

function scanAddress(text: string, at: number, finds: Finds): number {
  if (isWordAt(text, at - 1)) return at;
  IPV4.lastIndex = at;
  IP_CHARS.lastIndex = at;
  const run = IPV4.exec(text)?.[0] ?? IP_CHARS.exec(text)?.[0].replace(/[.:]$/, '') ?? '';
  const looksLike = run.includes('.') || run.split(':').length > 2;
  if (!looksLike || isWordAt(text, at + run.length) || !Address.parse(run).ok) return at;
  finds.add('address', at, at + run.length);
  return at + run.length;
}

const STAR = 42;
const COLON = 58;
const FULL_WIDTH_COLON = 0xff1a;
