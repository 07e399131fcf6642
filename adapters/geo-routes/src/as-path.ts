/** What one path says of a prefix: its length as routers count it, and the AS that announces the prefix. */
export interface PathEnd {
  readonly length: number;
  readonly origin: number;
}

/** Longer paths are mistakes or attacks (the specification's bound). */
const LONGEST_PATH = 32;
const AS_SET = 1;
const AS_SEQUENCE = 2;
const AS_CONFED_SEQUENCE = 3;
const AS_CONFED_SET = 4;
/** Stands for a four-byte number towards old routers (RFC 6793 section 9). */
const AS_TRANS = 23_456;
/** Never in a path: RFC 7607, RFC 7300. */
const IMPOSSIBLE: ReadonlySet<number> = new Set([0, 65_535, 0xffff_ffff]);

const AS_PATH = 2;
const AS4_PATH = 17;
const EXTENDED_LENGTH = 0x10;

/**
 * The end of the path in the BGP path attributes at `bytes[start, end)`, as MRT keeps them: AS numbers are four
 * bytes (RFC 6396 section 4.3.4). Undefined where there is none that can be used: broken, empty, longer than 32,
 * with an impossible number, or ending in a set of several, which names no single origin (RFC 9774).
 *
 * A set counts one and confederations count nothing (RFC 4271 section 9.1.2.2, RFC 5065 section 5.3).
 */
export function readPathEnd(bytes: Buffer, start: number, end: number): PathEnd | undefined {
  let path: PathEnd | undefined;
  let path4: PathEnd | undefined;
  for (let at = start; at < end; ) {
    if (at + 3 > end) return undefined;
    const extended = ((bytes[at] as number) & EXTENDED_LENGTH) !== 0;
    const type = bytes[at + 1] as number;
    const body = at + (extended ? 4 : 3);
    if (body > end) return undefined;
    const length = extended ? bytes.readUInt16BE(at + 2) : (bytes[at + 2] as number);
    at = body + length;
    if (at > end) return undefined;
    if (type === AS_PATH) path = readSegments(bytes, body, at);
    else if (type === AS4_PATH) path4 = readSegments(bytes, body, at);
  }
  if (path === undefined || path.origin !== AS_TRANS) return path;
  // The number itself is in the other attribute, if anywhere.
  return path4 === undefined || path4.origin === AS_TRANS ? undefined : { ...path, origin: path4.origin };
}

function readSegments(bytes: Buffer, start: number, end: number): PathEnd | undefined {
  let length = 0;
  let origin = 0;
  for (let at = start; at < end; ) {
    if (at + 2 > end) return undefined;
    const type = bytes[at] as number;
    const count = bytes[at + 1] as number;
    const first = at + 2;
    at = first + count * 4;
    if (at > end || count === 0) return undefined;
    for (let i = first; i < at; i += 4) if (IMPOSSIBLE.has(bytes.readUInt32BE(i))) return undefined;
    if (type === AS_SEQUENCE) {
      length += count;
      origin = bytes.readUInt32BE(at - 4);
    } else if (type === AS_SET) {
      length += 1;
      origin = count === 1 ? bytes.readUInt32BE(first) : 0;
    } else if (type !== AS_CONFED_SEQUENCE && type !== AS_CONFED_SET) return undefined;
  }
  return length === 0 || length > LONGEST_PATH || origin === 0 ? undefined : { length, origin };
}
