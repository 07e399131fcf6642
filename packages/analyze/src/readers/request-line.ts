export interface RequestLine {
  /** `-` where what was sent is not HTTP, a TLS greeting for example; then `target` is all of it. */
  readonly method: string;
  readonly target: string;
}

/** A method is a token (RFC 9110 section 5.6.2); the bound is ours. */
const METHOD = /^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,32}$/;

/** The first line of a request as a server logs it. The target may hold blanks, as attackers send them. */
export function parseRequestLine(text: string): RequestLine {
  const space = text.indexOf(' ');
  const method = text.slice(0, Math.max(space, 0));
  const version = text.lastIndexOf(' HTTP/');
  if (version > space && METHOD.test(method) && /^\d(\.\d)?$/.test(text.slice(version + 6))) {
    return { method, target: text.slice(space + 1, version) };
  }
  // HTTP/0.9, and servers that log no version.
  if (/^[A-Z]{3,16} [/*h]/.test(text)) return { method, target: text.slice(space + 1) };
  return { method: '-', target: text };
}
