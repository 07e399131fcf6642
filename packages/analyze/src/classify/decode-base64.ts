/** Shorter runs are words as often as they are base64. */
const SHORTEST = 8;
/** Inside other text the run must be longer to be looked at. */
const SHORTEST_EMBEDDED = 20;
const STRIDE: number = SHORTEST_EMBEDDED - 2;

/**
 * Base64 and base64url, where the whole text is one run of it or where runs stand inside it, and where what
 * comes out is printable text with at least one character that is no letter or digit: payloads have one,
 * random identifiers practically never decode to text at all.
 */
export function decodeBase64(text: string): string {
  if (text.length < SHORTEST) return text;
  const whole = runEnd(text, 0) === text.length;
  if (whole) return decodeRun(text) ?? text;
  let out = '';
  let kept = 0;
  for (let i = 0; i < text.length; ) {
    // A run that is long enough, its padding aside, covers every 18th character: most of a text is never looked at.
    if (!isBase64(text.charCodeAt(i + STRIDE - 1))) {
      i += STRIDE;
      continue;
    }
    const end = runEnd(text, i);
    if (end - i >= SHORTEST_EMBEDDED) {
      const decoded = decodeRun(text.slice(i, end));
      if (decoded !== undefined) {
        out += text.slice(kept, i) + decoded;
        kept = end;
      }
    }
    i = end + 1;
  }
  return kept === 0 ? text : out + text.slice(kept);
}

/** Where the run of base64 characters that starts at `at`, with its padding, ends. */
function runEnd(text: string, at: number): number {
  let end = at;
  while (end < text.length && isBase64(text.charCodeAt(end))) end++;
  for (let pad = 0; pad < 2 && end > at && text.charCodeAt(end) === 0x3d; pad++) end++;
  return end;
}

function isBase64(code: number): boolean {
  return code < 128 && (SEXTETS[code] as number) < 64;
}

/** Both alphabets of RFC 4648, sections 4 and 5: for each character six bits, 64 for what is none. */
const SEXTETS = new Uint8Array(128).fill(64);
for (const last of ['+/', '-_']) {
  const alphabet = `ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789${last}`;
  for (let bits = 0; bits < alphabet.length; bits++) SEXTETS[alphabet.charCodeAt(bits)] = bits;
}

/** Whether the first three bytes are text: those of a word or a number hardly ever are. */
function beginsAsText(run: string): boolean {
  const a = SEXTETS[run.charCodeAt(0)] as number;
  const b = SEXTETS[run.charCodeAt(1)] as number;
  const c = SEXTETS[run.charCodeAt(2)] as number;
  const d = SEXTETS[run.charCodeAt(3)] as number;
  return isText((a << 2) | (b >> 4)) && isText(((b << 4) | (c >> 2)) & 255) && isText(((c << 6) | d) & 255);
}

function isText(byte: number): boolean {
  return (byte >= 32 && byte <= 126) || byte === 9 || byte === 10 || byte === 13;
}

function decodeRun(run: string): string | undefined {
  if (!beginsAsText(run) || run.replace(/[=]+$/, '').length % 4 === 1) return undefined;
  const bytes = Buffer.from(run, 'base64');
  let punctuation = false;
  for (const byte of bytes) {
    if (!isText(byte)) return undefined;
    punctuation ||= !(
      (byte >= 48 && byte <= 57) ||
      (byte >= 65 && byte <= 90) ||
      (byte >= 97 && byte <= 122)
    );
  }
  return punctuation ? bytes.toString('latin1') : undefined;
}
