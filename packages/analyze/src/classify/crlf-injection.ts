import type { Classifier, PayloadView, Signal } from './classifier.ts';

const HEADER =
  /[\r\n]{1,4}\s{0,4}(?:set-cookie2?|content-type|content-length|content-disposition|transfer-encoding|x-[a-z-]{1,32}|referer|user-agent|last-modified|cache-control|access-control-[a-z-]{4,24}|cookie)\s{0,4}:/;
/** Headers whose names are words of letters and notes as well: the value must be that of a header. */
const WORDY_HEADER =
  /^[^\s@]{1,64}@[^\s@]{1,80}[\r\n]{1,4}\s{0,4}(?:subject|bcc|cc|to|from|mime-version)\s{0,4}:|[\r\n]{1,4}\s{0,4}(?:(?:location|refresh|link|host)\s{0,4}:[^\r\n]{0,64}(?:\/|\w\.\w)|(?:bcc|cc|to|from|sender|reply-to)\s{0,4}:[^\r\n]{0,64}@|connection\s{0,4}:\s{0,4}(?:close|keep-alive)|status\s{0,4}:\s{0,4}\d)/;
const START_LINE =
  /[\r\n]{1,4}\s{0,4}(?:http\/\d\.\d\s{1,4}\d{3}|(?:get|post|put|head)\s{1,4}\/\S{0,200}\s{1,4}http\/\d)/;
/** A value that begins with a line break and goes on like a header, whatever its name. */
const LEADING_HEADER = /^[^\s\w]{0,4}[\r\n]{1,4}[\t ]{0,4}[a-z][a-z\d-]{0,40}\s{0,2}:\s{0,4}\S/;
/** A name with a hyphen behind a short value without blanks. */
const HYPHENATED_HEADER = /^[^\s]{0,80}[\r\n]{1,4}(?!e-mail)[a-z\d]{1,20}(?:-[a-z\d]{1,20}){1,4}\s{0,2}:/;
/** Commands of other line-based protocols. */
const PROTOCOL_COMMAND =
  /[\r\n]{1,4}\s{0,4}(?:rcpt\s{1,4}to\s{0,4}:|mail\s{1,4}from\s{0,4}:|data[\r\n]|(?:ehlo|helo)\s{1,4}\w|(?:slaveof|replicaof|h?m?set|hset|lpush|rpush|sadd|zadd|setex|psetex|hgetall|lrange)\s{1,4}\S{1,64}\s{1,4}\S|bgsave\b|flushdb\b|flushall|config\s{1,4}set\s|(?:set|add|replace)\s\S{1,64}\s\d{1,10}\s\d{1,10}\s\d{1,10}\b|eval\s{1,4}["']|quit[\r\n])/;
/** `%0%0d%0ad`: what is left of it once a filter has taken the line break in the middle out is one. */
const NESTED_BREAK = /%0[\r\n]{1,4}[da]/g;
/** Next line, line and paragraph separator: line breaks of Unicode. */
const OTHER_BREAKS = /[\u0085\u2028\u2029]/g;
/** What follows a header that was only begun: the start of a body. */
const BODY = /\r\n\r\n\s{0,8}<|\r\n\s{0,8}<(?:html|script|svg|img)/;

/** A line break in a value that ends up in a header of the response or of a further request. */
export const crlfInjection: Classifier = {
  triggers: ['\r', '\n', '\\r\\n', 'set-cookie:', '\u010d\u010b'],

  classify(view: PayloadView): Signal | undefined {
    if (view.place === 'command' || view.place === 'login') return undefined;
    const lower = lineBreaks(view.lower);
    // A body may well be text of several lines, a letter even; elsewhere a line break is sent on purpose.
    const loose = view.place === 'body';
    const start = lower.search(START_LINE);
    if (start >= 0 && !loose)
      return signal('response_splitting', 70, 96, start, 'a second response or request is begun');
    const header = Math.max(lower.search(HEADER), loose ? -1 : lower.search(WORDY_HEADER));
    if (header >= 0 && (!loose || /set-cookie|content-length|transfer-encoding|\nx-/.test(lower)))
      return signal('header_injection', 60, 94, header, 'a header is added behind a line break');
    const command = loose ? -1 : lower.search(PROTOCOL_COMMAND);
    if (command >= 0)
      return signal(
        'protocol_smuggling',
        65,
        90,
        command,
        'a command of another protocol behind a line break',
      );
    if (!loose && (LEADING_HEADER.test(lower) || HYPHENATED_HEADER.test(lower)))
      return signal('header_injection', 55, 68, 0, 'what looks like a header behind a line break');
    if (!loose && view.place !== 'header' && /^[\r\n]{2,8}$/.test(lower))
      return signal('crlf_probe', 40, 65, 0, 'nothing but line breaks');
    const body = loose ? -1 : lower.search(BODY);
    return body < 0
      ? undefined
      : signal('response_splitting', 65, 88, body, 'a body is begun behind line breaks');
  },
};

/** Line breaks written as escapes, or as characters of which some servers keep the low byte only (U+010D, U+010A, here in lower case). */
function lineBreaks(lower: string): string {
  return lower
    .replaceAll('\\r\\n', '\r\n')
    .replaceAll('\u010d\u010b', '\r\n')
    .replaceAll(OTHER_BREAKS, '\n')
    .replaceAll(NESTED_BREAK, '\r\n');
}

function signal(indicator: string, danger: number, confidence: number, at: number, why: string): Signal {
  return {
    attackType: 'crlf_injection',
    indicators: [indicator],
    techniques: ['T1190'],
    danger,
    confidence,
    at,
    why,
  };
}
